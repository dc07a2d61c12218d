import type { IncomingMessage } from 'node:http';
import type { Logger } from '@meridian/kernel/logger';
import { CloseCode, type Server } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { SocketExtra } from './ws-connection.ts';

/** Connects one socket to the protocol, and drops it when it leaves a ping unanswered. */
export function attachSocket(
  protocol: Server<SocketExtra>,
  socket: WebSocket,
  { request, logger, keepAliveMs }: { request: IncomingMessage; logger: Logger; keepAliveMs: number },
): void {
  let alive = true;
  const heartbeat = setInterval(() => {
    if (!alive) return socket.terminate();
    alive = false;
    socket.ping();
  }, keepAliveMs);
  socket.on('pong', () => {
    alive = true;
  });
  // A frame that is too long or broken: `ws` closes with the right code by itself.
  socket.on('error', (error) => logger.debug({ reason: error.message }, 'websocket error'));

  const close = (code: number, reason: string) => socket.close(code, reason);
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      // Settles when the frame is handed to the operating system: a slow client slows its own subscriptions.
      send: (data) =>
        new Promise((resolve) => {
          if (socket.readyState !== socket.OPEN) return resolve();
          socket.send(data, () => resolve());
        }),
      close: (code, reason) => close(code ?? 1000, reason ?? ''),
      onMessage(receive) {
        socket.on('message', (data) => {
          receive(String(data)).catch((error: unknown) => {
            logger.error({ err: error }, 'a websocket message broke');
            close(CloseCode.InternalServerError, 'Internal server error');
          });
        });
      },
    },
    { request, close, gone: new AbortController() },
  );
  socket.once('close', (code, reason) => {
    clearInterval(heartbeat);
    void closed(code, String(reason));
  });
}
