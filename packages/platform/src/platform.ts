import { type BusSettings, openBus } from '@meridian/kernel/bus/open-bus';
import type { Logger } from '@meridian/kernel/logger';
import { createMetrics } from '@meridian/kernel/metrics';
import type { RetentionSettings } from '@meridian/kernel/retention';
import { type RouterConfig, routerDefaults } from '@meridian/router/config';
import { createRouter } from '@meridian/router/router';
import { composeFromConfig } from '@meridian/router/supergraph/compose';
import type { WebhookSettings } from '@meridian/users/webhook/webhook.settings';
import type { BySubgraph } from './subgraph-names.ts';
import { createSubgraphs } from './subgraphs.ts';

export type PlatformOptions = {
  /** The `supergraph.yaml` to compose. */
  supergraph: string;
  /** Login URLs of migrated databases. */
  databaseUrls: BySubgraph<string>;
  redisUrl: string | null;
  bus: BusSettings;
  /** Login of the role that may use the bus's schema. */
  busUrl: string;
  viewerSecret: string;
  /** As usual when absent. */
  retention?: RetentionSettings;
  webhooks: WebhookSettings;
  /** What differs from the router's defaults. */
  router: Partial<RouterConfig>;
  logger: Logger;
};

export type Platform = {
  /** Such as `http://localhost:4000`. */
  url: string;
  stop(): Promise<void>;
};

/** The composition root of one process: four subgraphs and the router, which calls them by function. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { viewerSecret, logger } = options;
  const { sdl } = await composeFromConfig(options.supergraph);
  const metrics = createMetrics('meridian', { withProcess: true });
  const bus = await openBus(options.bus, options.busUrl, logger);
  const subgraphs = await createSubgraphs({ ...options, bus, metrics }).catch(async (error: unknown) => {
    await bus.close();
    throw error;
  });
  try {
    const router = await createRouter({
      supergraphSdl: sdl,
      transports: Object.fromEntries(
        Object.entries(subgraphs.all).map(([name, { transport }]) => [name, transport]),
      ),
      config: { ...routerDefaults, ...options.router, viewerSecret },
      logger: logger.child({ program: 'router' }),
      metrics,
      isReady: async () => {
        const asked = await Promise.allSettled(
          Object.values(subgraphs.all).map((subgraph) => subgraph.ready()),
        );
        return asked.every(({ status }) => status === 'fulfilled');
      },
    });
    const url = await router.listen();
    return {
      url,
      async stop() {
        await router.stop();
        await subgraphs.stop();
        await bus.close();
      },
    };
  } catch (error) {
    await subgraphs.stop();
    await bus.close();
    throw error;
  }
}
