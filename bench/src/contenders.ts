import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '@meridian/testkit/free-port';
import { type Server, startServer } from './process/start.ts';
import { world } from './world/subgraphs.ts';
import { worldSupergraph } from './world/supergraph.ts';

export type Contender = {
  name: string;
  title: string;
  router: string;
  /** The program that serves each subgraph; none when the router's process has them all. */
  subgraph?: string;
  /** What the router's program is told beyond its port and supergraph. */
  options?: readonly string[];
  /** Settings of its processes that differ from `environment`. */
  settings?: Readonly<Record<string, string>>;
  /** By what its subscribers come. @default graphql-transport-ws */
  streams?: 'sse';
  /** What the client adds to the body of each request. */
  body?: Readonly<Record<string, unknown>>;
};

const apollo = 'bench/src/programs/apollo-subgraph.ts';
const meridian = 'bench/src/programs/meridian-subgraph.ts';
/** Meridian's programs are started with what `scripts/run.mjs` and the Dockerfile start them with. */
const asStarted = {
  NODE_OPTIONS: '--max-semi-space-size=16',
  MALLOC_ARENA_MAX: '1',
  MALLOC_TRIM_THRESHOLD_: '131072',
};
const isMeridian = (program: string) => program === 'router/src/main.ts' || program.includes('/meridian-');

export const contenders = {
  stock: {
    name: 'stock',
    title: 'ApolloServer + @apollo/gateway + ApolloServer subgraphs',
    router: 'bench/src/programs/stock-gateway.ts',
    subgraph: apollo,
  },
  hive: {
    name: 'hive',
    title: 'Hive Gateway, Rust planner + ApolloServer subgraphs',
    router: 'bench/peers/hive/hive-gateway.mjs',
    subgraph: apollo,
  },
  hiveShared: {
    name: 'hiveShared',
    title: 'Hive Gateway, Rust planner + ApolloServer subgraphs, sharing on',
    router: 'bench/peers/hive/hive-gateway.mjs',
    subgraph: apollo,
    options: ['shared'],
  },
  hiveLean: {
    name: 'hiveLean',
    title: 'Hive Gateway, Rust planner + Meridian subgraphs',
    router: 'bench/peers/hive/hive-gateway.mjs',
    subgraph: meridian,
  },
  services: {
    name: 'services',
    title: 'Meridian, five services',
    router: 'router/src/main.ts',
    subgraph: meridian,
  },
  oneProcess: {
    name: 'oneProcess',
    title: 'Meridian, one process',
    router: 'bench/src/programs/meridian-one-process.ts',
  },
  servicesUnbatched: {
    name: 'servicesUnbatched',
    title: 'Meridian, five services, each request calling for itself',
    router: 'router/src/main.ts',
    subgraph: meridian,
    settings: { BATCH_ACROSS_REQUESTS: 'false' },
  },
  oneProcessUnbatched: {
    name: 'oneProcessUnbatched',
    title: 'Meridian, one process, each request calling for itself',
    router: 'bench/src/programs/meridian-one-process.ts',
    settings: { BATCH_ACROSS_REQUESTS: 'false' },
  },
  servicesShared: {
    name: 'servicesShared',
    title: 'Meridian, five services, sharing on',
    router: 'router/src/main.ts',
    subgraph: meridian,
    settings: { SHARE_IN_FLIGHT: 'true' },
  },
  oneProcessShared: {
    name: 'oneProcessShared',
    title: 'Meridian, one process, sharing on',
    router: 'bench/src/programs/meridian-one-process.ts',
    settings: { SHARE_IN_FLIGHT: 'true' },
  },
  stockLean: {
    name: 'stockLean',
    title: 'ApolloServer + @apollo/gateway + Meridian subgraphs',
    router: 'bench/src/programs/stock-gateway.ts',
    subgraph: meridian,
  },
  stockUndici: {
    name: 'stockUndici',
    title: 'ApolloServer + @apollo/gateway with undici + Meridian subgraphs',
    router: 'bench/src/programs/stock-gateway.ts',
    subgraph: meridian,
    options: ['undici'],
  },
  servicesApollo: {
    name: 'servicesApollo',
    title: 'Meridian, five services, ApolloServer subgraphs',
    router: 'router/src/main.ts',
    subgraph: apollo,
  },
  servicesLogging: {
    name: 'servicesLogging',
    title: 'Meridian, five services, a line in the log per request and process',
    router: 'router/src/main.ts',
    subgraph: meridian,
    settings: { LOG_LEVEL: 'info' },
  },
  servicesFullDoor: {
    name: 'servicesFullDoor',
    title: 'Meridian, five services, every request through ApolloServer',
    router: 'router/src/main.ts',
    subgraph: meridian,
    body: { extensions: {} }, // The short lane leaves these to ApolloServer.
  },
  servicesPlain: {
    name: 'servicesPlain',
    title: 'Meridian, five services, through ApolloServer and each request calling for itself',
    router: 'router/src/main.ts',
    subgraph: meridian,
    settings: { BATCH_ACROSS_REQUESTS: 'false' },
    body: { extensions: {} },
  },
  hiveStreams: {
    name: 'hiveStreams',
    title: 'Hive Gateway, Rust planner, by SSE both ways',
    router: 'bench/peers/hive/hive-gateway.mjs',
    subgraph: 'bench/src/programs/sse-subgraph.ts',
    streams: 'sse',
  },
  servicesStreams: {
    name: 'servicesStreams',
    title: 'Meridian, five services, by SSE to clients',
    router: 'router/src/main.ts',
    subgraph: meridian,
    streams: 'sse',
  },
  naive: {
    name: 'naive',
    title: 'A stream and joins for each client, by the executor of @apollo/gateway',
    router: 'bench/src/programs/naive-subscriptions.ts',
    subgraph: meridian,
  },
  floor: {
    name: 'floor',
    title: 'A constant answer (Fastify)',
    router: 'bench/src/programs/constant.ts',
  },
} as const satisfies Record<string, Contender>;

export type ContenderName = keyof typeof contenders;

export type Running = {
  contender: Contender;
  url: string;
  /** Where each subgraph is that has a process of its own. */
  urls: Readonly<Record<string, string>>;
  router: Server;
  subgraphs: Server[];
  stop(): Promise<void>;
};

/** Starts a contender's processes: its subgraphs, then its router. */
export async function start(contender: Contender): Promise<Running> {
  const folder = mkdtempSync(path.join(tmpdir(), 'meridian-bench-'));
  const started: Server[] = [];
  const urls: Record<string, string> = {};
  const run = async (program: string, argument: string, options: readonly string[] = []) => {
    const port = await freePort();
    // Meridian's router is the program that everybody runs; those of this folder take a port and a name or file.
    const args = program.startsWith('bench/')
      ? [String(port), argument]
      : ['--port', String(port), '--supergraph', argument];
    const settings = { ...(isMeridian(program) && asStarted), ...contender.settings };
    const server = await startServer(program, [...args, ...options], port, settings);
    started.push(server);
    return { server, url: `http://127.0.0.1:${port}/graphql` };
  };
  const stop = async () => {
    await Promise.all(started.map((server) => server.stop()));
    rmSync(folder, { recursive: true, force: true });
  };

  try {
    if (contender.subgraph)
      for (const name of Object.keys(world)) urls[name] = (await run(contender.subgraph, name)).url;
    const file = path.join(folder, 'supergraph.graphql');
    writeFileSync(file, worldSupergraph(urls));
    const subgraphs = [...started];
    const { server: router, url } = await run(contender.router, file, contender.options);
    return { contender, url, urls, router, subgraphs, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
