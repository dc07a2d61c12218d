import type { IncomingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError } from '@meridian/kernel/errors';
import type { Logger } from '@meridian/kernel/logger';
import { CloseCode, type Server } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Callers } from '../security/callers.ts';
import { expiryTimer } from '../security/expiry-timer.ts';
import { SmallSet } from '../subscriptions/small-set.ts';
import type { Place } from './connections/connection-limits.ts';
import type { WebSocketConfig } from './connections/policy.ts';
import { closeCodes } from './ws-close-codes.ts';
import { renewToken, type SocketExtra } from './ws-connection.ts';
import { SocketOutput } from './ws-output.ts';

type AttachOptions = {
  /** Of the upgrade request. */
  headers: IncomingHttpHeaders;
  /** The connection below the socket. */
  stream: Duplex;
  place: Place;
  callers: Callers;
  logger: Logger;
  limits: Pick<WebSocketConfig, 'keepAliveMs' | 'idleTimeoutMs'>;
  tokenWarningMs: number;
};

/** Connects one socket to the protocol, and drops it when it leaves a ping unanswered, or when nothing runs on it for long. */
export function attachSocket(
  protocol: Server<SocketExtra>,
  socket: WebSocket,
  { callers, logger, limits, ...options }: AttachOptions,
): void {
  const extra = connectionOf(socket, options);
  const { output } = extra;

  let alive = true;
  const heartbeat = setInterval(() => {
    if (!alive) return socket.terminate();
    alive = false;
    socket.ping();
    const now = Date.now();
    if (Object.keys(extra.running).length > 0) extra.busyAt = now;
    else if (now - extra.busyAt >= limits.idleTimeoutMs) output.close(closeCodes.idle, 'Idle');
  }, limits.keepAliveMs);
  socket.on('pong', () => {
    alive = true;
  });
  // Who takes nothing of what is answered asks for no more: pongs and refusals would pile up here without end.
  const readNoFaster = () => {
    if (output.isFull()) socket.pause();
  };
  socket.on('ping', readNoFaster);
  socket.on('message', readNoFaster);
  options.stream.on('drain', () => {
    for (const live of [...extra.streams]) live.drained();
    socket.resume();
  });
  // A frame that is too long or broken: `ws` closes with the right code by itself.
  socket.on('error', (error) => logger.debug({ reason: error.message }, 'websocket error'));

  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      // Settles when the frame is handed to the operating system: a slow client slows its own operations.
      send: (data) =>
        new Promise((resolve) => {
          if (socket.readyState !== socket.OPEN) return resolve();
          socket.send(data, () => resolve());
        }),
      close: (code, reason) => output.close(code ?? 1000, reason ?? ''),
      onMessage(receive) {
        socket.on('message', (data) => {
          const text = String(data);
          receive(text).catch((error: unknown) => {
            // The protocol library throws where a client sends what only a server may say.
            if (isForClients(text)) return output.close(CloseCode.BadRequest, 'Invalid message');
            logger.error({ err: error }, 'a websocket message broke');
            output.close(CloseCode.InternalServerError, 'Internal server error');
          });
        });
      },
      onPing: async (payload) =>
        output.write(JSON.stringify({ type: 'pong', payload: await answerPing(extra, payload, callers) })),
    },
    extra,
  );
  socket.on('close', (code, reason) => {
    clearInterval(heartbeat);
    extra.expiry?.stop();
    void closed(code, String(reason));
  });
}

function connectionOf(
  socket: WebSocket,
  { headers, stream, place, tokenWarningMs }: Omit<AttachOptions, 'callers' | 'logger' | 'limits'>,
): SocketExtra {
  const output = new SocketOutput(socket, stream);
  const extra: SocketExtra = {
    headers,
    place,
    output,
    isGone: false,
    gone: undefined,
    signedIn: undefined,
    tokens: undefined,
    expiry: undefined,
    watchExpiry: () =>
      expiryTimer({
        warnMs: tokenWarningMs,
        onWarning(expiresAt) {
          const payload = { type: 'token-expiring', expiresAt: new Date(expiresAt).toISOString() };
          output.write(JSON.stringify({ type: 'ping', payload }));
        },
        onExpired() {
          for (const live of [...extra.streams]) live.expire();
          // The protocol library sends their last messages within this turn.
          setImmediate(() => output.close(CloseCode.Forbidden, 'Token expired'));
        },
      }),
    streams: new SmallSet(),
    running: {},
    busyAt: Date.now(),
  };
  return extra;
}

const isForClients = (text: string): boolean =>
  ['connection_ack', 'next', 'error'].includes((JSON.parse(text) as { type: string }).type);

/** A ping that brings a token gets to know what came of it; any other gets its payload back. */
async function answerPing(extra: SocketExtra, payload: unknown, callers: Callers): Promise<unknown> {
  try {
    const expiresAt = await renewToken(extra, payload, callers);
    return expiresAt === undefined ? payload : { expiresAt: new Date(expiresAt).toISOString() };
  } catch (error) {
    if (error instanceof AppError) return { error: error.toJSON() };
    throw error;
  }
}
