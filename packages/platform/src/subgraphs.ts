import { createCatalog } from '@meridian/catalog/subgraph';
import type { Bus } from '@meridian/kernel/bus/bus';
import type { Logger } from '@meridian/kernel/logger';
import type { Metrics } from '@meridian/kernel/metrics';
import type { RetentionSettings } from '@meridian/kernel/retention';
import type { Subgraph } from '@meridian/kernel/subgraph';
import { createOrders } from '@meridian/orders/subgraph';
import { createRides } from '@meridian/rides/subgraph';
import { createUsers } from '@meridian/users/subgraph';
import { type WebhookSettings, webhookOptions } from '@meridian/users/webhook/webhook.settings';
import type { BySubgraph, SubgraphName } from './subgraph-names.ts';

export type SubgraphsOptions = {
  /** Login URLs. */
  databaseUrls: BySubgraph<string>;
  redisUrl: string | null;
  /** One for all four; left open. */
  bus: Bus;
  viewerSecret: string;
  /** As usual when absent. */
  retention?: RetentionSettings | undefined;
  webhooks: WebhookSettings;
  logger: Logger;
  metrics: Metrics;
};

export type Subgraphs = {
  all: BySubgraph<Subgraph>;
  stop(): Promise<void>;
};

/** All four subgraphs in this process; they call each other by function. */
export async function createSubgraphs(options: SubgraphsOptions): Promise<Subgraphs> {
  const { databaseUrls, redisUrl, bus, viewerSecret, retention, logger, metrics } = options;
  const started: Subgraph[] = [];
  const stop = async () => {
    for (const subgraph of started.toReversed()) await subgraph.stop();
  };
  const keep = async (starting: Promise<Subgraph>): Promise<Subgraph> => {
    const subgraph = await starting;
    started.push(subgraph);
    return subgraph;
  };
  const common = (name: SubgraphName) => ({
    databaseUrl: databaseUrls[name],
    redisUrl,
    bus,
    viewerSecret,
    ...(retention && { retention }),
    logger: logger.child({ subgraph: name }),
    metrics,
  });

  try {
    const users = await keep(createUsers({ ...common('users'), webhooks: webhookOptions(options.webhooks) }));
    const catalog = await keep(createCatalog(common('catalog')));
    const orders = await keep(createOrders({ ...common('orders'), catalog: catalog.transport }));
    const rides = await keep(createRides({ ...common('rides'), orders: orders.transport }));
    return { all: { users, catalog, orders, rides }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
