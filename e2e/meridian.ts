import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BusSettings, busDefaults } from '@meridian/kernel/bus/open-bus';
import { createLogger } from '@meridian/kernel/logger';
import { retentionDefaults } from '@meridian/kernel/retention';
import { readPlatformConfig, routerConfigOf } from '@meridian/platform/config';
import { openDataFolder } from '@meridian/platform/data-folder';
import { loadDemoData } from '@meridian/platform/demo/load';
import { openDevIssuer } from '@meridian/platform/dev-issuer';
import { fiveServices } from '@meridian/platform/five-services';
import { startPlatform } from '@meridian/platform/platform';
import { fromRoot } from '@meridian/platform/root';
import { startServices } from '@meridian/platform/services';
import { type BySubgraph, forEachSubgraph, subgraphNames } from '@meridian/platform/subgraph-names';
import { createTestDatabase } from '@meridian/testkit/database';
import { freePort } from '@meridian/testkit/free-port';
import { type Client, createClient } from 'graphql-ws';
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import WebSocket from 'ws';

/** Receivers of tests are on this machine. */
const webhooks = { WEBHOOK_SECRET_KEY: undefined, WEBHOOK_ALLOW_HTTP: true, WEBHOOK_ALLOW_PRIVATE: true };

/** For a machine that is slow for a while: the router gives up nothing that would have been answered, and nobody who reads slowly. */
const patient = {
  REQUEST_TIMEOUT_MS: '120000',
  SUBGRAPH_TIMEOUT_MS: '60000',
  PLANNING_TIME_LIMIT_MS: '60000',
  PLANNING_WAIT_MS: '120000',
  HEARTBEAT_MS: '120000',
};

/** The two ways of running, which no client can tell apart. */
export const ways = ['one process', 'five processes'] as const;
export type Way = (typeof ways)[number];
export type Answer = {
  data?: any;
  errors?: { message: string; path?: unknown[]; extensions: Record<string, any> }[];
};
export type Who = { subject: string; scopes?: readonly string[] };

/** Meridian with demo data, reached as a client reaches it: by HTTP and graphql-ws, with a token. */
export type Meridian = {
  ask(query: string, variables?: object, who?: Who): Promise<Answer>;
  /** The `data` of an answer. @throws when it has errors */
  data(query: string, variables?: object, who?: Who): Promise<NonNullable<Answer['data']>>;
  /** Starts a subscription; it is ended with the file's tests. */
  listen(query: string, variables?: object, who?: Who): Promise<Frames>;
  /** The `authorization` of a request by somebody. */
  bearer(who: Who): Promise<string>;
  url: string;
  pools: BySubgraph<pg.Pool>;
  pidOf(service: string): number | undefined;
};

/** What a subscription has brought so far. */
export type Frames = { all: Answer[]; end(): void };

/** Migrated, and left as they are afterwards. */
export type Logins = { urls: BySubgraph<string>; busUrl: string };

export type UseMeridianOptions = {
  demoData?: boolean;
  redisUrl?: () => string | null;
  /** @default a database of its own on the server of the tests */
  databases?: () => Logins;
  /** What differs from the usual settings of the bus. */
  bus?: Partial<BusSettings>;
};

/** Starts Meridian before the tests of a block, on a database of its own, and stops it after them. */
export function useMeridian(
  way: Way,
  { demoData = true, redisUrl, databases, ...options }: UseMeridianOptions = {},
): Meridian {
  const bus: BusSettings = { ...busDefaults, ...options.bus };
  const cleanUp: (() => unknown)[] = [];
  let running: Meridian;

  beforeAll(async () => {
    const { urls, busUrl } = databases?.() ?? (await ownDatabase());
    const pools = await forEachSubgraph(
      async (name) => new pg.Pool({ connectionString: urls[name], options: `-c search_path=${name},public` }),
    );
    // Those that kill the server expect to lose connections.
    for (const name of subgraphNames) pools[name].on('error', () => {});
    cleanUp.push(() => Promise.all(subgraphNames.map((name) => pools[name].end())));
    if (demoData) await loadDemoData(pools, { now: new Date() });

    async function ownDatabase(): Promise<Logins> {
      const database = await createTestDatabase();
      cleanUp.push(() => database.drop());
      const urls = await forEachSubgraph(async (name) => database.urlFor(name));
      return { urls, busUrl: database.urlFor('bus') };
    }

    const folder = await mkdtemp(path.join(tmpdir(), 'meridian-e2e-'));
    cleanUp.push(() => rm(folder, { recursive: true }));
    const issuer = await openDevIssuer(await openDataFolder(folder));
    const viewerSecret = 'a secret for tests, of 32 characters or more';
    const redis = redisUrl?.() ?? null;

    const started: Started =
      way === 'one process'
        ? await startPlatform({
            supergraph: fromRoot('supergraph.yaml'),
            databaseUrls: urls,
            redisUrl: redis,
            bus,
            busUrl,
            viewerSecret,
            webhooks,
            router: {
              ...routerConfigOf(readPlatformConfig(patient)),
              host: '127.0.0.1',
              port: 0,
              auth: issuer.trust,
            },
            logger: createLogger('meridian', 'silent'),
          })
        : await startFive(urls, busUrl, viewerSecret, issuer.trust, redis, bus);
    cleanUp.push(() => started.stop());

    const clients: Client[] = [];
    cleanUp.push(() => Promise.all(clients.map((client) => client.dispose())));
    const bearer = async ({ subject, scopes = [] }: Who) =>
      `Bearer ${await issuer.token({ subject, scopes })}`;
    const authorization = async (who?: Who) => (who ? bearer(who) : undefined);
    const ask: Meridian['ask'] = async (query, variables, who) => {
      const token = await authorization(who);
      const response = await fetch(`${started.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(token && { authorization: token }) },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as Answer;
    };

    running = {
      url: started.url,
      pools,
      pidOf: started.pidOf ?? (() => process.pid),
      ask,
      bearer,
      async data(query, variables, who) {
        const { data, errors } = await ask(query, variables, who);
        if (errors) throw new Error(JSON.stringify(errors));
        return data;
      },
      async listen(query, variables, who) {
        const token = await authorization(who);
        const client = createClient({
          url: `${started.url.replace('http', 'ws')}/graphql`,
          webSocketImpl: WebSocket,
          retryAttempts: 100,
          ...(token && { connectionParams: { authorization: token } }),
        });
        clients.push(client);
        const all: Answer[] = [];
        const end = client.subscribe(
          { query, variables: { ...variables } },
          {
            next: (frame) => all.push(frame as Answer),
            error: (error) => all.push({ errors: error as never }),
            complete() {},
          },
        );
        return { all, end };
      },
    };
  });

  afterAll(async () => {
    for (const step of cleanUp.toReversed()) await step();
  });

  return {
    ask: (...args) => running.ask(...args),
    bearer: (...args) => running.bearer(...args),
    data: (...args) => running.data(...args),
    listen: (...args) => running.listen(...args),
    pidOf: (name) => running.pidOf(name),
    get url() {
      return running.url;
    },
    get pools() {
      return running.pools;
    },
  };
}

type Started = { url: string; stop(): Promise<void>; pidOf?: (service: string) => number | undefined };

async function startFive(
  urls: BySubgraph<string>,
  busUrl: string,
  viewerSecret: string,
  auth: { jwks: string; issuer: string; audience: string },
  redisUrl: string | null,
  bus: BusSettings,
): Promise<Started> {
  const ports = await forEachSubgraph(freePort);
  const { services, url } = fiveServices(
    {
      PORT: await freePort(),
      HOST: '127.0.0.1',
      NODE_ENV: 'test',
      LOG_LEVEL: 'silent',
      REDIS_URL: redisUrl ?? undefined,
      ...bus,
      ...retentionDefaults,
      ...webhooks,
      router: patient,
    },
    { databases: { adminUrl: '', urls, busUrl, stop: async () => {} }, viewerSecret, auth },
    (name) => ports[name],
  );
  return { url, ...(await startServices(services, () => {})) };
}
