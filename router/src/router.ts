import type { AddressInfo } from 'node:net';
import type { Logger } from '@meridian/kernel/logger';
import type { Metrics } from '@meridian/kernel/metrics';
import type { RouterConfig } from './config.ts';
import { apolloDoor } from './doors/apollo.ts';
import { clientPlaces } from './doors/connections/client-places.ts';
import { executeFor, executeTextFor } from './doors/exchange.ts';
import { httpDoor } from './doors/http.ts';
import { shortLane } from './doors/short-lane.ts';
import { streamDoor } from './doors/streams/stream-door.ts';
import { webSocketDoor } from './doors/ws.ts';
import { createAdmission } from './engine/admission.ts';
import type { EngineOptions } from './engine/assemble-engine.ts';
import { createEpoch } from './engine/flights.ts';
import { openSharedPlans } from './engine/planning/open-shared-plans.ts';
import { startEngine } from './engine/start-engine.ts';
import { createCallers } from './security/callers.ts';
import { errorMask } from './security/mask-errors.ts';
import { createLiveStreams } from './subscriptions/live-streams.ts';
import { type Supergraph, serve } from './supergraph/serving.ts';
import { measuredEngine } from './telemetry/measured.ts';
import { routerMetrics } from './telemetry/metrics.ts';
import { resilientTransports } from './transport/resilient.ts';

export type { Supergraph };

export type RouterOptions = Supergraph & {
  config: RouterConfig;
  logger: Logger;
  metrics: Metrics;
  /** Whether subgraphs can be reached: what `/health/ready` says. @default always */
  isReady?: (transports: Supergraph['transports']) => Promise<boolean> | boolean;
  /** For labels of a progressive `@override` that a program decides on. @default `percent(n)` by chance, others not */
  isOverridden?: NonNullable<EngineOptions['isOverridden']>;
};

export type Router = {
  /** Starts to serve and gives the base URL, such as `http://127.0.0.1:4000`. @throws when the port is taken. */
  listen(): Promise<string>;
  /**
   * Serves another supergraph, after the operations used most are planned for it. Requests that run end with the one
   * they began with, whose transports are closed when the last that needs them has ended; subscriptions go on with the
   * new one, after their last event. Several calls are carried out one after the other.
   * @throws when it does not load, or when the router stops meanwhile; then everything stays as it was.
   */
  reload(supergraph: Supergraph): Promise<void>;
  /** Lets running requests end, closes WebSockets with 1001, then closes the transports. */
  stop(): Promise<void>;
};

/** One engine with its doors. @throws when the supergraph does not load. */
export async function createRouter(options: RouterOptions): Promise<Router> {
  const { config, logger, isReady = () => true, isOverridden } = options;
  const { production } = config;
  const metrics = routerMetrics(options.metrics);
  const formatError = errorMask({ production, logger });

  const resilient = resilientTransports(config.transport, { metrics, logger });
  const admission = createAdmission(config.admission);
  const sharedPlans = await openSharedPlans(config, metrics, logger);
  const epoch = createEpoch();
  const serving = await serve({
    supergraph: options,
    load: ({ supergraphSdl, transports }) =>
      startEngine({
        supergraphSdl,
        transports: resilient(transports),
        introspection: !production,
        limits: config.limits,
        planning: config.planning,
        sharedPlans,
        logger,
        admission,
        epoch,
        formatError,
        shareInFlight: config.shareInFlight,
        batchAcrossRequests: config.batchAcrossRequests,
        ...(isOverridden && { isOverridden }),
      }),
    warmUp: config.planning.warmUp,
    onSwap: ({ supergraphSdl }) => apollo.reload(supergraphSdl),
    logger,
  });
  const engine = measuredEngine(serving.engine, metrics);

  const callers = createCallers(config);
  const execute = executeFor(callers);
  const shared = { engine, execute, callers, formatError, logger, metrics };
  const { limits } = config;
  const apollo = await apolloDoor({ ...shared, supergraphSdl: options.supergraphSdl, limits, production });
  const live = createLiveStreams({ ...shared, transportOf: serving.transportOf, limits: config.live });
  const places = clientPlaces(config.connections, metrics);
  const { heartbeatMs } = config.connections;
  const { tokenWarningMs } = config.live;
  const server = httpDoor({
    ...shared,
    apollo,
    streams: streamDoor({ ...shared, live, places, heartbeatMs, tokenWarningMs }),
    lane: shortLane({
      engine,
      executeText: executeTextFor(callers),
      contentTypeFor: apollo.contentTypeFor,
    }),
    registry: options.metrics,
    isReady: () => serving.withTransports(isReady),
    production,
    bodyLimitBytes: config.bodyLimitBytes,
    metricsToken: config.metricsToken,
    crossOrigin: { origins: config.corsOrigins, forwardHeaders: config.forwardHeaders },
  });
  const sockets = webSocketDoor({
    ...{ ...shared, server: server.server, streams: live },
    ...{ places, limits: config.webSocket, origins: config.corsOrigins, tokenWarningMs },
  });

  return {
    async listen() {
      await server.listen({ host: config.host, port: config.port });
      return baseUrl(config.host, server.server.address() as AddressInfo);
    },
    async reload(supergraph) {
      await serving.swap(supergraph);
      await live.reload();
    },
    async stop() {
      const timer = setTimeout(() => server.server.closeAllConnections(), config.drainMs);
      await Promise.all([serving.stopSwapping(), server.close(), sockets.stop()]);
      clearTimeout(timer);
      live.close();
      await apollo.stop();
      await serving.close();
      sharedPlans?.close();
    },
  };
}

function baseUrl(host: string, { port }: AddressInfo): string {
  const everywhere = host === '0.0.0.0' || host === '::';
  return `http://${everywhere ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${port}`;
}
