import type { Bus } from '@meridian/kernel/bus/bus';
import { busDefaults, openBus } from '@meridian/kernel/bus/open-bus';
import { createLogger } from '@meridian/kernel/logger';
import { createMetrics } from '@meridian/kernel/metrics';
import type { SubgraphDependencies } from '@meridian/kernel/run-subgraph';
import type { Subgraph } from '@meridian/kernel/subgraph';
import type { SubgraphResponse } from '@meridian/kernel/transport';
import type { Viewer } from '@meridian/kernel/viewer';
import { viewerHeader, viewerSigner } from '@meridian/kernel/viewer-token';
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { useTestDatabase } from './database.ts';

const viewerSecret = 'a secret for tests, of 32 characters or more';
const sign = viewerSigner(viewerSecret);

/** For a subgraph that is tested alone: what it tells goes to nobody, and nobody tells it anything. */
const nowhere: Bus = {
  send: async () => {},
  consume: async () => ({
    backlog: async () => ({ messages: 0, oldest: null }),
    stop: async () => {},
  }),
  close: async () => {},
};

export type Variables = Record<string, unknown>;

/** A subgraph on a database of its own, asked as its router would ask. */
export type TestSubgraph = {
  /** The answer to one operation in the name of a viewer, or of nobody. */
  ask(query: string, variables?: Variables, viewer?: Viewer | null): Promise<SubgraphResponse>;
  /** Its `data`. @throws the first error when there is one */
  data(query: string, variables?: Variables, viewer?: Viewer | null): Promise<any>;
  /** The frames of a subscription. */
  listen(
    query: string,
    variables?: Variables,
    viewer?: Viewer | null,
  ): Promise<AsyncIterableIterator<SubgraphResponse>>;
  /** As the subgraph's own role. */
  pool: pg.Pool;
  /** What connects it with others. */
  bus: Bus;
};

export type TestSubgraphOptions = {
  name: string;
  create: (dependencies: SubgraphDependencies) => Promise<Subgraph>;
  /** Called before the tests, with the pool of the subgraph's role. */
  seed?: (pool: pg.Pool) => Promise<unknown>;
  redisUrl?: () => string;
  /** Gives it a bus that works, for what is heard and told; others end in the void. @default false */
  withBus?: boolean;
};

/** Starts a subgraph before the tests of a file and stops it after them; a connection that it leaks fails the file. */
export function useTestSubgraph(options: TestSubgraphOptions): TestSubgraph {
  const { name, create, seed, redisUrl, withBus = false } = options;
  const database = useTestDatabase();
  let subgraph: Subgraph;
  let pool: pg.Pool;
  let bus: Bus = nowhere;

  beforeAll(async () => {
    const databaseUrl = database.urlFor(name);
    pool = new pg.Pool({ connectionString: databaseUrl, options: `-c search_path=${name},public` });
    await seed?.(pool);
    const logger = createLogger(name, 'silent');
    if (withBus) bus = await openBus(busDefaults, database.urlFor('bus'), logger);
    subgraph = await create({
      databaseUrl,
      redisUrl: redisUrl?.() ?? null,
      bus,
      viewerSecret,
      logger,
      metrics: createMetrics(name),
    });
  });
  afterAll(async () => {
    await subgraph?.stop();
    await bus.close();
    await pool?.end();
  });

  const request = async (query: string, variables?: Variables, viewer?: Viewer | null) => ({
    query,
    variables,
    headers: viewer ? { [viewerHeader]: await sign(viewer) } : {},
  });
  const ask: TestSubgraph['ask'] = async (query, variables, viewer) =>
    subgraph.transport.execute(await request(query, variables, viewer));

  return {
    ask,
    async data(query, variables, viewer) {
      const { data, errors } = await ask(query, variables, viewer);
      if (errors?.[0])
        throw Object.assign(new Error(errors[0].message), { extensions: errors[0].extensions });
      return data;
    },
    listen: async (query, variables, viewer) =>
      subgraph.transport.subscribe(await request(query, variables, viewer)),
    get pool() {
      return pool;
    },
    get bus() {
      return bus;
    },
  };
}
