import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { handleProtocols, makeServer } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ClientPlaces } from './connections/client-places.ts';
import { type Place, refusals, retryAfter } from './connections/connection-limits.ts';
import type { WebSocketConfig } from './connections/policy.ts';
import { mayOpenSocket } from './cross-origin.ts';
import { closeCodes } from './ws-close-codes.ts';
import { type OperationsOptions, webSocketOperations } from './ws-operations.ts';
import { attachSocket } from './ws-socket.ts';

export type WebSocketDoor = { stop(): Promise<void> };

type WebSocketDoorOptions = Omit<OperationsOptions, 'limits'> & {
  server: Server;
  limits: WebSocketConfig;
  places: ClientPlaces;
  /** Whose pages may open one, beside our own. */
  origins: readonly string[];
  /** How long before its token ends a client is told. */
  tokenWarningMs: number;
};

/** graphql-transport-ws on `/graphql`, for every kind of operation. */
export function webSocketDoor({
  server,
  limits,
  places,
  origins,
  tokenWarningMs,
  ...options
}: WebSocketDoorOptions): WebSocketDoor {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.maxMessageBytes,
    // Compression costs about 300 kB of memory a connection and invites decompression bombs.
    perMessageDeflate: false,
    handleProtocols,
  });
  const protocol = makeServer(webSocketOperations({ ...options, limits }));

  const onConnection = (socket: WebSocket, { headers }: IncomingMessage, stream: Duplex, place: Place) => {
    const { metrics, callers, logger } = options;
    metrics.connections.inc({ door: 'websocket' });
    socket.on('close', () => metrics.connections.dec({ door: 'websocket' }));
    attachSocket(protocol, socket, { headers, stream, place, callers, logger, limits, tokenWarningMs });
  };

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (request.url?.split('?', 1)[0] !== '/graphql') {
      return refuse(socket, 'HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
    }
    if (!mayOpenSocket(request.headers, origins)) {
      options.metrics.connectionsRefused.inc({ why: 'origin' });
      options.logger.debug(
        { origin: request.headers.origin },
        'refused a page of another origin a WebSocket',
      );
      return refuse(socket, otherOrigin);
    }
    const place = places.open(request);
    if (typeof place === 'string') {
      const { status, phrase } = refusals[place];
      const head = `HTTP/1.1 ${status} ${phrase}\r\nRetry-After: ${retryAfter}\r\nConnection: close\r\n\r\n`;
      return refuse(socket, head);
    }
    socket.on('close', place.leave);
    sockets.handleUpgrade(request, socket, head, (client) => onConnection(client, request, socket, place));
  };
  server.on('upgrade', onUpgrade);

  return {
    async stop() {
      server.off('upgrade', onUpgrade);
      const gone = [...sockets.clients].map(
        (client) => new Promise((resolve) => client.once('close', resolve)),
      );
      for (const client of sockets.clients) client.close(closeCodes.goingAway, 'Going away');
      // A client that does not answer the closing handshake is cut off.
      const timer = setTimeout(() => {
        for (const client of sockets.clients) client.terminate();
      }, 1_000);
      await Promise.all(gone);
      clearTimeout(timer);
      sockets.close();
    },
  };
}

/** Node leaves it open until the client closes it, too, and who was refused may never do that. */
function refuse(socket: Duplex, answer: string): void {
  socket.once('finish', () => socket.destroy());
  socket.end(answer);
}

const otherOrigin = [
  'HTTP/1.1 403 Forbidden',
  'Content-Type: text/plain; charset=utf-8',
  'Connection: close',
  '',
  'Pages of this origin may not use this API; CORS_ORIGINS names those that may.\n',
].join('\r\n');
