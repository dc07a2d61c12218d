import { WebSocket } from 'ws';
import { StreamConnection, type SubgraphStream } from './subgraph-streams.ts';
import type { SubgraphTransport } from './transport.ts';

type Options = { url: string; connectTimeoutMs: number; keepAliveMs: number; maxMessageBytes: number };

/**
 * Subscriptions over graphql-ws. Requests with the same headers share one connection, whose connection parameters
 * they become. A subgraph that agrees on a window is read no faster than its streams are; of any other as much as a queue
 * holds may wait. A lost connection throws `SubgraphUnreachable` into every stream on it: whoever reads knows best
 * whether and with which headers to come again.
 */
export function webSocketStreams({
  maxMessageBytes,
  ...options
}: Options): Pick<SubgraphTransport, 'subscribe' | 'close'> {
  const connections = new Map<string, StreamConnection>();

  class BoundedWebSocket extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols, {
        maxPayload: maxMessageBytes,
        handshakeTimeout: options.connectTimeoutMs,
        perMessageDeflate: false,
      });
    }
  }

  return {
    subscribe(request) {
      const { headers, signal } = request;
      const key = JSON.stringify(Object.entries(headers).sort());
      let connection = connections.get(key);
      if (!connection) {
        const onOver = (over: StreamConnection) => {
          if (connections.get(key) === over) connections.delete(key);
        };
        connection = new StreamConnection({ ...options, webSocket: BoundedWebSocket, headers, onOver });
        connections.set(key, connection);
      }
      const stream = connection.subscribe(request);
      if (signal) endWith(signal, stream);
      return stream;
    },
    async close() {
      for (const connection of connections.values()) connection.terminate();
      connections.clear();
    },
  };
}

function endWith(signal: AbortSignal, stream: SubgraphStream): void {
  const stop = () => stream.end();
  stream.whenOver = () => signal.removeEventListener('abort', stop);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
}
