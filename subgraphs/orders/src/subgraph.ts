import { readFileSync } from 'node:fs';
import { stockCommandScope } from '@meridian/contracts/catalog';
import { connectPeer } from '@meridian/kernel/peer';
import { openResources } from '@meridian/kernel/resources';
import type { SubgraphDependencies } from '@meridian/kernel/run-subgraph';
import { createSubgraph, type Subgraph } from '@meridian/kernel/subgraph';
import type { SubgraphTransport } from '@meridian/kernel/transport';
import { viewerSigner, viewerVerifier } from '@meridian/kernel/viewer-token';
import { parse } from 'graphql';
import { catalogOver } from './catalog/catalog.ts';
import type { Context } from './context.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import { createLoaders } from './loaders.ts';
import { deliveryConsumer } from './order/delivery.consumer.ts';
import { startRecovery } from './order/recover-orders.ts';
import { resolvers } from './resolvers.ts';
import { cachedRows, invalidateRows } from './rows.ts';

const typeDefs = parse(readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8'));

export type OrdersDependencies = SubgraphDependencies & {
  /** How the catalog is reached; closed when orders stops. */
  catalog: SubgraphTransport;
  /** How often to look for orders that were left open. @default 2000 */
  recoverEveryMs?: number;
};

/** Builds orders over its Postgres schema, and begins to settle what a former process left open. */
export async function createOrders(dependencies: OrdersDependencies): Promise<Subgraph> {
  const { viewerSecret, logger, now = () => new Date(), recoverEveryMs = 2_000 } = dependencies;
  const resources = await openResources({
    ...dependencies,
    schema: 'orders',
    onEvent: (cache) => {
      const rows = cachedRows(cache);
      return (event) => invalidateRows(rows, event);
    },
  });
  const { database, cache, events } = resources;
  const { pool } = database;
  const db = new PrismaClient(database.prisma);
  const rows = cachedRows(cache);
  const catalogPeer = connectPeer({
    name: 'catalog',
    transport: dependencies.catalog,
    sign: viewerSigner(viewerSecret),
    as: { service: 'orders', scopes: [stockCommandScope] },
  });
  const deliveries = await resources.consume(deliveryConsumer({ db, rows }));
  const recovery = startRecovery(
    { db, pool, rows, logger, now, catalog: catalogOver(catalogPeer, 'recovery') },
    recoverEveryMs,
  );

  return createSubgraph<Context>({
    name: 'orders',
    typeDefs,
    resolvers,
    verifyViewer: viewerVerifier(viewerSecret),
    createContext: ({ viewer, correlationId, received }) => ({
      viewer,
      db,
      pool,
      rows,
      events,
      logger,
      now,
      loaders: createLoaders(pool, rows),
      catalog: catalogOver(catalogPeer.onBehalfOf(received), correlationId),
    }),
    ready: async () => {
      await pool.query('SELECT 1');
    },
    stop: async () => {
      await recovery.stop();
      await deliveries.stop();
      await db.$disconnect();
      await resources.close();
      await dependencies.catalog.close();
    },
  });
}
