import type { AddressInfo } from 'node:net';
import type { Logger } from '@meridian/kernel/logger';
import type { Metrics } from '@meridian/kernel/metrics';
import type { SubgraphTransport } from '@meridian/kernel/transport';
import type { RouterConfig } from './config.ts';
import { apolloDoor } from './doors/apollo.ts';
import { executeFor, executeTextFor } from './doors/exchange.ts';
import { httpDoor } from './doors/http.ts';
import { shortLane } from './doors/short-lane.ts';
import { webSocketDoor } from './doors/ws.ts';
import { createEngine } from './engine/create-engine.ts';
import type { Engine, OperationText } from './engine/engine.ts';
import { createCallers } from './security/callers.ts';
import { errorMask } from './security/mask-errors.ts';
import { createHub } from './subscriptions/hub.ts';
import { measuredEngine } from './telemetry/measured.ts';
import { routerMetrics } from './telemetry/metrics.ts';
import { resilientTransports } from './transport/resilient.ts';

/** What is served: it can be replaced while the router runs. */
export type Supergraph = {
  supergraphSdl: string;
  /** By subgraph name. The router closes them when it needs them no more. */
  transports: Readonly<Record<string, SubgraphTransport>>;
};

export type RouterOptions = Supergraph & {
  config: RouterConfig;
  logger: Logger;
  metrics: Metrics;
  /** Whether subgraphs can be reached: what `/health/ready` says. @default always */
  isReady?: (transports: Supergraph['transports']) => Promise<boolean> | boolean;
};

export type Router = {
  /** Starts to serve and gives the base URL, such as `http://127.0.0.1:4000`. @throws when the port is taken. */
  listen(): Promise<string>;
  /**
   * Serves another supergraph, after the operations used most are planned for it. What runs, subscriptions too, goes on
   * with the one it began with.
   * @throws when it does not load; then everything stays as it was.
   */
  reload(supergraph: Supergraph): Promise<void>;
  /** Lets running requests end, closes WebSockets with 1001, then closes the transports. */
  stop(): Promise<void>;
};

/** One engine with its doors. @throws when the supergraph does not load. */
export async function createRouter(options: RouterOptions): Promise<Router> {
  const { config, logger, isReady = () => true } = options;
  const { production } = config;
  const metrics = routerMetrics(options.metrics);
  const formatError = errorMask({ production, logger });

  const resilient = resilientTransports(config.transport, { metrics, logger });
  const load = ({ supergraphSdl, transports }: Supergraph) => ({
    transports,
    engine: createEngine({
      supergraphSdl,
      transports: resilient(transports),
      introspection: !production,
      limits: config.limits,
      planning: config.planning,
      formatError,
      shareInFlight: config.shareInFlight,
      batchAcrossRequests: config.batchAcrossRequests,
    }),
  });
  let current = load(options);
  const retired = new Set<SubgraphTransport>();
  const engine = measuredEngine(() => current.engine, metrics);

  const callers = createCallers(config);
  const execute = executeFor(callers);
  const shared = { engine, execute, callers, formatError, logger, metrics };
  const apollo = await apolloDoor({ ...shared, supergraphSdl: options.supergraphSdl, production });
  const server = httpDoor({
    ...shared,
    apollo,
    lane: shortLane({ engine, executeText: executeTextFor(callers) }),
    registry: options.metrics,
    isReady: () => isReady(current.transports),
    production,
    bodyLimitBytes: config.bodyLimitBytes,
  });
  const hub = createHub({
    transportOf: (subgraph) => current.transports[subgraph],
    logger,
    capacity: config.webSocket.maxQueuedEvents,
    onCount: (upstreams) => metrics.upstreams.set(upstreams),
  });
  const sockets = webSocketDoor({ ...shared, server: server.server, hub, limits: config.webSocket });

  return {
    async listen() {
      await server.listen({ host: config.host, port: config.port });
      return baseUrl(config.host, server.server.address() as AddressInfo);
    },
    async reload(supergraph) {
      const next = load(supergraph);
      await warmUp(next.engine, current.engine.hottest(config.planning.warmUp));
      const kept = new Set(Object.values(next.transports));
      for (const transport of Object.values(current.transports))
        if (!kept.has(transport)) retired.add(transport);
      const { engine: before } = current;
      current = next;
      before.retire();
      apollo.reload(supergraph.supergraphSdl);
    },
    async stop() {
      const timer = setTimeout(() => server.server.closeAllConnections(), config.drainMs);
      await Promise.all([server.close(), sockets.stop()]);
      clearTimeout(timer);
      hub.close();
      await apollo.stop();
      await current.engine.close();
      const transports = [...Object.values(current.transports), ...retired];
      await Promise.all(transports.map((transport) => transport.close()));
    },
  };
}

function baseUrl(host: string, { port }: AddressInfo): string {
  const everywhere = host === '0.0.0.0' || host === '::';
  return `http://${everywhere ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** One after the other, the hottest last, so that they are the last to leave the cache. */
async function warmUp(engine: Engine, hottest: readonly OperationText[]): Promise<void> {
  for (const { query, operationName } of hottest.toReversed()) await engine.prepare(query, operationName);
}
