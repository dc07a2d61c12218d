import { composeServices } from '@apollo/composition';
import { createLogger } from '@meridian/kernel/logger';
import { createMetrics } from '@meridian/kernel/metrics';
import { parse } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { RouterConfig } from '../config.ts';
import { createRouter, type RouterOptions } from '../router.ts';
import { demoSubgraphs, namesSchema, stockSchema, viewerSecret } from './demo-subgraphs.ts';
import { patientConfig } from './patient-config.ts';

let composed: string | undefined;

/** The supergraph of the demo subgraphs. */
export function demoSupergraph(): string {
  if (composed) return composed;
  const { supergraphSdl, errors } = composeServices([
    { name: 'stock', typeDefs: parse(stockSchema), url: 'http://127.0.0.1:1/stock' },
    { name: 'names', typeDefs: parse(namesSchema), url: 'http://127.0.0.1:1/names' },
  ]);
  if (!supergraphSdl) throw new Error(errors?.map(({ message }) => message).join('\n'));
  composed = supergraphSdl;
  return composed;
}

/** A router on a free port before two subgraphs of the same process. It is patient, unless `config` says otherwise. */
export async function demoRouter(config: Partial<RouterConfig> = {}, options: Partial<RouterOptions> = {}) {
  const demo = demoSubgraphs();
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger('router', 'info', { write: (line) => void lines.push(JSON.parse(line)) });
  const router = await createRouter({
    supergraphSdl: demoSupergraph(),
    transports: demo.transports,
    config: { ...patientConfig, port: 0, viewerSecret, ...config },
    logger,
    metrics: createMetrics('router'),
    ...options,
  });
  const url = await router.listen();
  return {
    ...demo,
    url,
    stop: router.stop,
    reload: router.reload,
    /** What was logged. */
    lines,
    /** One POST of JSON. */
    post: (body: unknown, headers: Record<string, string> = {}) =>
      fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    /** A client that does not come again by itself. */
    socket: (connectionParams?: Record<string, unknown>): Client =>
      createClient({
        url: `${url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        lazyCloseTimeout: 50,
        ...(connectionParams && { connectionParams }),
      }),
  };
}

export type DemoRouter = Awaited<ReturnType<typeof demoRouter>>;
