import { Pool } from 'undici';
import type { SubgraphRequest, SubgraphResponse, SubgraphTransport } from './transport.ts';
import { postJson } from './transport-post.ts';
import { webSocketStreams } from './transport-websocket.ts';

export type HttpTransportOptions = {
  /** The subgraph's GraphQL endpoint; subscriptions go to the same URL as `ws:` or `wss:`. */
  url: string;
  /** Connections kept to the subgraph at most. @default 64 */
  connections?: number;
  /** @default 2000 */
  connectTimeoutMs?: number;
  /** From the request sent to the first byte of the answer, and between two pieces of it. @default 10000 */
  answerTimeoutMs?: number;
  /** The longest answer, as it came and decompressed, or event that is accepted. @default 16 MiB */
  maxAnswerBytes?: number;
  /** How often an idle subscription connection is asked whether it still lives. @default 10000 */
  keepAliveMs?: number;
};

/** Reaches a subgraph by HTTP, and by graphql-ws for its subscriptions. It rejects with `SubgraphUnreachable`. */
export function httpTransport({
  url,
  connections = 64,
  connectTimeoutMs = 2_000,
  answerTimeoutMs = 10_000,
  maxAnswerBytes = 16 * 1024 * 1024,
  keepAliveMs = 10_000,
}: HttpTransportOptions): SubgraphTransport {
  const { origin, pathname, search } = new URL(url);
  const pool = new Pool(origin, {
    connections,
    connect: { timeout: connectTimeoutMs },
    headersTimeout: answerTimeoutMs,
    bodyTimeout: answerTimeoutMs,
    maxResponseSize: maxAnswerBytes,
  });
  const streams = webSocketStreams({
    url: url.replace(/^http/, 'ws'),
    connectTimeoutMs,
    keepAliveMs,
    maxMessageBytes: maxAnswerBytes,
  });

  return {
    async execute(request: SubgraphRequest): Promise<SubgraphResponse> {
      const { query, operationName, variables, headers, signal } = request;
      const body = JSON.stringify({ query, operationName, variables });
      return postJson(pool, { path: pathname + search, headers, body, signal, maxBytes: maxAnswerBytes });
    },
    subscribe: streams.subscribe,
    async close() {
      await Promise.all([streams.close(), pool.destroy()]);
    },
  };
}
