import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { eventQueue } from './event-queue.ts';
import { countTaken, streamWindowHeader, type Taken, usualWindow, windowIn } from './stream-window.ts';
import type { SubgraphRequest, SubgraphResponse, SubgraphTransport } from './transport.ts';
import { SubgraphUnreachable } from './transport-failure.ts';

type Connection = {
  client: Client;
  streams: number;
  /** Operations that were begun on it, which are named by their number. */
  begun: number;
  /** Tells the subgraph what was dealt with; absent where it has agreed on no window. */
  tell?: (taken: Taken) => void;
};

type Options = { url: string; connectTimeoutMs: number; keepAliveMs: number; maxMessageBytes: number };

/**
 * Subscriptions over graphql-ws. Requests with the same headers share one connection, whose connection parameters
 * they become. A subgraph that agrees on a window is read no faster than its streams are; of any other as much as a queue
 * holds may wait. A lost connection throws `SubgraphUnreachable` into every stream on it: whoever reads knows best
 * whether and with which headers to come again.
 */
export function webSocketStreams({
  url,
  connectTimeoutMs,
  keepAliveMs,
  maxMessageBytes,
}: Options): Pick<SubgraphTransport, 'subscribe' | 'close'> {
  const connections = new Map<string, Connection>();

  class BoundedWebSocket extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols, {
        maxPayload: maxMessageBytes,
        handshakeTimeout: connectTimeoutMs,
        perMessageDeflate: false,
      });
    }
  }

  const connect = (headers: SubgraphRequest['headers']): Connection => {
    let silence: NodeJS.Timeout | undefined;
    const client = createClient({
      url,
      webSocketImpl: BoundedWebSocket,
      connectionParams: { ...headers, [streamWindowHeader]: String(usualWindow) },
      generateID: () => String(++connection.begun),
      connectionAckWaitTimeout: connectTimeoutMs,
      keepAlive: keepAliveMs,
      retryAttempts: 0,
      on: {
        connected(socket, acknowledged) {
          if (windowIn(acknowledged) === null) return;
          const open = socket as WebSocket;
          connection.tell = (taken) => {
            if (open.readyState === WebSocket.OPEN)
              open.send(JSON.stringify({ type: 'pong', payload: { taken } }));
          };
        },
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
    const connection: Connection = { client, streams: 0, begun: 0 };
    return connection;
  };

  return {
    subscribe({ query, operationName, variables, headers, signal }) {
      const key = JSON.stringify(Object.entries(headers).sort());
      const connection = connections.get(key) ?? connect(headers);
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
      const id = String(connection.begun);
      const stop = () => queue.end();
      signal?.addEventListener('abort', stop, { once: true });
      if (signal?.aborted) stop();
      return countTaken(queue.stream, usualWindow, (frames) => connection.tell?.({ id, frames }));
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
