import type { AddressInfo } from 'node:net';
import type { Logger } from '@meridian/kernel/logger';
import type { Metrics } from '@meridian/kernel/metrics';
import type { SubgraphTransport } from '@meridian/kernel/transport';
import type { RouterConfig } from './config.ts';
import { apolloDoor } from './doors/apollo.ts';
import { executeFor } from './doors/exchange.ts';
import { httpDoor } from './doors/http.ts';
import { shortLane } from './doors/short-lane.ts';
import { webSocketDoor } from './doors/ws.ts';
import { createEngine } from './engine/create-engine.ts';
import { createCallers } from './security/callers.ts';
import { errorMask } from './security/mask-errors.ts';
import { createHub } from './subscriptions/hub.ts';
import { measuredEngine, measuredTransport } from './telemetry/measured.ts';
import { routerMetrics } from './telemetry/metrics.ts';

export type RouterOptions = {
  supergraphSdl: string;
  /** By subgraph name. The router closes them when it stops. */
  transports: Readonly<Record<string, SubgraphTransport>>;
  config: RouterConfig;
  logger: Logger;
  metrics: Metrics;
  /** Whether subgraphs can be reached: what `/health/ready` says. @default always */
  isReady?: () => Promise<boolean> | boolean;
};

export type Router = {
  /** Starts to serve and gives the base URL, such as `http://127.0.0.1:4000`. @throws when the port is taken. */
  listen(): Promise<string>;
  /** Lets running requests end, closes WebSockets with 1001, then closes the transports. */
  stop(): Promise<void>;
};

/** One engine with its doors. @throws when the supergraph does not load. */
export async function createRouter(options: RouterOptions): Promise<Router> {
  const { supergraphSdl, config, logger, isReady = () => true } = options;
  const { production } = config;
  const metrics = routerMetrics(options.metrics);
  const formatError = errorMask({ production, logger });
  const transports = Object.fromEntries(
    Object.entries(options.transports).map(([name, transport]) => [
      name,
      measuredTransport(name, transport, metrics),
    ]),
  );
  const engine = measuredEngine(
    createEngine({ supergraphSdl, transports, introspection: !production, formatError }),
    metrics,
  );

  const callers = createCallers(config);
  const execute = executeFor(callers);
  const shared = { engine, execute, callers, formatError, logger, metrics };
  const apollo = await apolloDoor({ ...shared, supergraphSdl, production });
  const server = httpDoor({
    ...shared,
    apollo,
    lane: shortLane(shared),
    registry: options.metrics,
    isReady,
    production,
    bodyLimitBytes: config.bodyLimitBytes,
  });
  const hub = createHub({
    transports: new Map(Object.entries(transports)),
    logger,
    capacity: config.webSocket.maxQueuedEvents,
    onCount: (upstreams) => metrics.upstreams.set(upstreams),
  });
  const sockets = webSocketDoor({ ...shared, server: server.server, hub, limits: config.webSocket });

  return {
    async listen() {
      await server.listen({ host: config.host, port: config.port });
      const { port } = server.server.address() as AddressInfo;
      const host = config.host === '0.0.0.0' || config.host === '::' ? 'localhost' : config.host;
      return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
    },
    async stop() {
      const timer = setTimeout(() => server.server.closeAllConnections(), config.drainMs);
      await Promise.all([server.close(), sockets.stop()]);
      clearTimeout(timer);
      hub.close();
      await apollo.stop();
      await Promise.all(Object.values(transports).map((transport) => transport.close()));
    },
  };
}
