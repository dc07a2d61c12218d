import { readFileSync } from 'node:fs';
import { deliveryCommandScope } from '@meridian/contracts/orders';
import { connectPeer } from '@meridian/kernel/peer';
import { openResources } from '@meridian/kernel/resources';
import type { SubgraphDependencies } from '@meridian/kernel/run-subgraph';
import { createSubgraph, type Subgraph } from '@meridian/kernel/subgraph';
import type { SubgraphTransport } from '@meridian/kernel/transport';
import { viewerSigner, viewerVerifier } from '@meridian/kernel/viewer-token';
import { parse } from 'graphql';
import type { Context } from './context.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import { createLoaders } from './loaders.ts';
import { resolvers } from './resolvers.ts';
import { cachedRows, invalidateRows } from './rows.ts';

const typeDefs = parse(readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8'));

export type RidesDependencies = SubgraphDependencies & {
  /** How orders is reached; closed when rides stops. */
  orders: SubgraphTransport;
};

/** Builds rides over its Postgres schema. */
export async function createRides(dependencies: RidesDependencies): Promise<Subgraph> {
  const { viewerSecret, now = () => new Date() } = dependencies;
  const resources = await openResources({
    ...dependencies,
    schema: 'rides',
    onEvent: (cache) => {
      const rows = cachedRows(cache);
      return (event) => invalidateRows(rows, event);
    },
  });
  const { database, cache, events, live } = resources;
  const { pool } = database;
  const db = new PrismaClient(database.prisma);
  const rows = cachedRows(cache);
  const orders = connectPeer({
    name: 'orders',
    transport: dependencies.orders,
    sign: viewerSigner(viewerSecret),
    as: { service: 'rides', scopes: [deliveryCommandScope] },
  });

  return createSubgraph<Context>({
    name: 'rides',
    typeDefs,
    resolvers,
    verifyViewer: viewerVerifier(viewerSecret),
    createContext: ({ viewer, correlationId, received }) => {
      const loaders = createLoaders(pool, rows);
      return {
        viewer,
        db,
        rows,
        events,
        live,
        orders: orders.onBehalfOf(received),
        correlationId,
        now,
        loaders,
      };
    },
    ready: async () => {
      await pool.query('SELECT 1');
    },
    stop: async () => {
      await db.$disconnect();
      await resources.close();
      await dependencies.orders.close();
    },
  });
}
