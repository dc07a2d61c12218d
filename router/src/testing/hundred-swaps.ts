import { setTimeout as pause } from 'node:timers/promises';
import { createLogger } from '@meridian/kernel/logger';
import { createMetrics } from '@meridian/kernel/metrics';
import { type RunningServer, serveSubgraph } from '@meridian/kernel/subgraph-server';
import { createClient } from 'graphql-ws';
import { Pool } from 'undici';
import { WebSocket } from 'ws';
import { createRouter } from '../router.ts';
import { httpTransports } from '../transport/http-transports.ts';
import { demoSupergraph } from './demo-router.ts';
import { demoSubgraphs, viewerSecret } from './demo-subgraphs.ts';
import { patientConfig } from './patient-config.ts';

/*
 * A program, run with --expose-gc: replaces the supergraph again and again while clients ask, and tells as JSON what the
 * process holds before and after. Every supergraph reaches its subgraphs by other URLs, so that all transports are new.
 */
export type Report = { answered: number; wrong: string[]; events: number; before: Held; after: Held };
export type Held = { heapBytes: number; threads: number; sockets: number };

let threads = 0;
process.on('worker', (worker) => {
  threads++;
  worker.once('exit', () => threads--);
});

const [warmUps = 0, swaps = 0] = process.argv.slice(2).map(Number);
const logger = createLogger('swaps', 'silent');
const demo = demoSubgraphs();
const served = Object.values(demo.subgraphs).map((subgraph) =>
  serveSubgraph({
    subgraph,
    port: 0,
    host: '127.0.0.1',
    logger,
    metrics: createMetrics(subgraph.name),
    introspection: false,
  }),
);
const [stock, names] = (await Promise.all(served)) as [RunningServer, RunningServer];

const transportsFor = httpTransports({}, { ...patientConfig.transport, concurrency: 4 });
const supergraph = (version: number) => {
  const supergraphSdl = demoSupergraph()
    .replaceAll('http://127.0.0.1:1/stock', `${stock.url}?version=${version}`)
    .replaceAll('http://127.0.0.1:1/names', `${names.url}?version=${version}`);
  return { supergraphSdl, transports: transportsFor(supergraphSdl) };
};
const router = await createRouter({
  ...supergraph(0),
  config: { ...patientConfig, port: 0, viewerSecret },
  logger,
  metrics: createMetrics('router'),
});
const url = await router.listen();
const pool = new Pool(url, { connections: 8 });
const report: Report = { answered: 0, wrong: [], events: 0, before: await held(), after: await held() };
process.on('warning', ({ message }) => report.wrong.push(message));

const socket = createClient({
  url: `${url.replace('http', 'ws')}/graphql`,
  webSocketImpl: WebSocket,
  retryAttempts: 0,
});
const events = socket.iterate({ query: 'subscription { stockChanged { name } }' });
const listening = (async () => {
  for await (const { data, errors } of events) {
    // A stream without cursors says where events may be missing: at each move to another URL.
    if (errors?.[0]?.extensions?.['code'] === 'EVENTS_MISSED') continue;
    if (errors || JSON.stringify(data) !== '{"stockChanged":{"name":"Item 1"}}')
      report.wrong.push(JSON.stringify({ data, errors }));
    report.events++;
  }
})();
await until(() => demo.listeners.size === 1);

let version = 0;
await swapUnderLoad(warmUps);
report.before = await held();
await swapUnderLoad(swaps);
report.after = await held();

const { events: heard } = report;
await until(() => {
  demo.publish('1', 1);
  return report.events > heard;
});
await events.return?.();
await listening;
await socket.dispose();
await pool.close();
await router.stop();
await Promise.all([stock.stop(), names.stop()]);
process.stdout.write(JSON.stringify(report));

async function swapUnderLoad(times: number): Promise<void> {
  let loaded = true;
  const client = async (query: string, expected: unknown) => {
    while (loaded) {
      const { body } = await pool.request({
        path: '/graphql',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      const answer = await body.text();
      if (answer.trim() !== JSON.stringify({ data: expected })) report.wrong.push(answer);
      report.answered++;
      await pause(2);
    }
  };
  const clients = [
    client('{ item(id: "1") { id name } }', { item: { id: '1', name: 'Item 1' } }),
    client('{ items { name id } }', { items: ['1', '2', '3'].map((id) => ({ name: `Item ${id}`, id })) }),
    client('mutation { restock(id: "2", by: 1) { name } }', { restock: { name: 'Item 2' } }),
  ];
  for (let time = 0; time < times; time++) {
    version++;
    demo.publish('1', version);
    await router.reload(supergraph(version));
  }
  loaded = false;
  await Promise.all(clients);
}

/** What the process holds once nothing is under way: looks until it does not shrink any more. */
async function held(): Promise<Held> {
  let least = Number.POSITIVE_INFINITY;
  // One thread plans, the others are on their way out.
  for (let unchanged = 0; unchanged < 5 || threads > 1; ) {
    await pause(100);
    globalThis.gc?.();
    const { heapUsed } = process.memoryUsage();
    unchanged = heapUsed < least - 100_000 ? 0 : unchanged + 1;
    least = Math.min(least, heapUsed);
  }
  const sockets = process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
  return { heapBytes: least, threads, sockets };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(5);
}
