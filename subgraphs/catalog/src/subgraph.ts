import { readFileSync } from 'node:fs';
import { openResources } from '@meridian/kernel/resources';
import type { SubgraphDependencies } from '@meridian/kernel/run-subgraph';
import { createSubgraph, type Subgraph } from '@meridian/kernel/subgraph';
import { viewerVerifier } from '@meridian/kernel/viewer-token';
import { parse } from 'graphql';
import type { Context } from './context.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import { createLoaders } from './loaders.ts';
import { resolvers } from './resolvers.ts';
import { cachedRows, invalidateRows } from './rows.ts';

const typeDefs = parse(readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8'));

/** Builds the catalog over its Postgres schema. */
export async function createCatalog(dependencies: SubgraphDependencies): Promise<Subgraph> {
  const resources = await openResources({
    ...dependencies,
    schema: 'catalog',
    onEvent: (cache) => {
      const rows = cachedRows(cache);
      return (event) => invalidateRows(rows, event);
    },
  });
  const { database, cache, events } = resources;
  const { pool } = database;
  const db = new PrismaClient(database.prisma);
  const rows = cachedRows(cache);

  return createSubgraph<Context>({
    name: 'catalog',
    typeDefs,
    resolvers,
    verifyViewer: viewerVerifier(dependencies.viewerSecret),
    createContext: ({ viewer }) => ({ viewer, db, pool, rows, events, loaders: createLoaders(pool, rows) }),
    ready: async () => {
      await pool.query('SELECT 1');
    },
    stop: async () => {
      await db.$disconnect();
      await resources.close();
    },
  });
}
