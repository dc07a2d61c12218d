import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { eventQueue } from './event-queue.ts';
import type { SubgraphRequest, SubgraphResponse, SubgraphTransport } from './transport.ts';
import { SubgraphUnreachable } from './transport-failure.ts';

type Options = { url: string; connectTimeoutMs: number; keepAliveMs: number; maxMessageBytes: number };

/**
 * Subscriptions over graphql-ws. Requests with the same headers share one connection, whose connection parameters
 * they become. A lost connection throws `SubgraphUnreachable` into every stream on it: whoever reads knows best
 * whether and with which headers to come again.
 */
export function webSocketStreams({
  url,
  connectTimeoutMs,
  keepAliveMs,
  maxMessageBytes,
}: Options): Pick<SubgraphTransport, 'subscribe' | 'close'> {
  const connections = new Map<string, { client: Client; streams: number }>();

  class BoundedWebSocket extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols, {
        maxPayload: maxMessageBytes,
        handshakeTimeout: connectTimeoutMs,
        perMessageDeflate: false,
      });
    }
  }

  const connect = (headers: SubgraphRequest['headers']): Client => {
    let silence: NodeJS.Timeout | undefined;
    const client = createClient({
      url,
      webSocketImpl: BoundedWebSocket,
      connectionParams: { ...headers },
      connectionAckWaitTimeout: connectTimeoutMs,
      keepAlive: keepAliveMs,
      retryAttempts: 0,
      on: {
        // A peer that vanished without closing never answers a ping.
        ping: (received) => {
          if (!received) silence = setTimeout(() => client.terminate(), keepAliveMs);
        },
        pong: (received) => {
          if (received) clearTimeout(silence);
        },
        closed: () => clearTimeout(silence),
      },
    });
    return client;
  };

  return {
    subscribe({ query, operationName, variables, headers, signal }) {
      const key = JSON.stringify(Object.entries(headers).sort());
      const connection = connections.get(key) ?? { client: connect(headers), streams: 0 };
      connections.set(key, connection);
      connection.streams++;

      const queue = eventQueue<SubgraphResponse>({
        onClose: () => {
          signal?.removeEventListener('abort', stop);
          unsubscribe();
          if (--connection.streams === 0 && connections.get(key) === connection) connections.delete(key);
        },
      });
      const unsubscribe = connection.client.subscribe(
        { query, operationName: operationName ?? null, variables: variables ?? null },
        {
          next: (result) => queue.push(result as SubgraphResponse),
          error: (problem) => {
            // An array is the subgraph's refusal of the operation; anything else is the connection's end.
            if (!Array.isArray(problem)) return queue.end(lost(problem));
            queue.push({ errors: problem });
            queue.end();
          },
          complete: () => queue.end(),
        },
      );
      const stop = () => queue.end();
      signal?.addEventListener('abort', stop, { once: true });
      if (signal?.aborted) stop();
      return queue.stream;
    },
    async close() {
      for (const { client } of connections.values()) client.terminate();
      connections.clear();
    },
  };
}

function lost(problem: unknown): SubgraphUnreachable {
  const code =
    typeof problem === 'object' && problem !== null && 'code' in problem ? ` (${String(problem.code)})` : '';
  return new SubgraphUnreachable(`The subgraph's stream of events broke off${code}`, 'broken', {
    cause: problem,
  });
}
