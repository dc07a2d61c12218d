/**
 * How long an event takes from the statement that publishes it to a subscriber's socket: Postgres, `NOTIFY`, the outbox of
 * a subgraph, a join with another subgraph, the router, a WebSocket. 500 events a second. `npm run bench:latency`.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { composeServices } from '@apollo/composition';
import { startThrowAwayPostgres } from '@meridian/database/throw-away-postgres';
import { createLogger } from '@meridian/kernel/logger';
import { createMetrics } from '@meridian/kernel/metrics';
import { createSubgraph } from '@meridian/kernel/subgraph';
import { viewerVerifier } from '@meridian/kernel/viewer-token';
import { readRouterConfig } from '@meridian/router/config';
import { createRouter } from '@meridian/router/router';
import { parse } from 'graphql';
import { overWebSocket } from './live/connections.ts';
import { percentile } from './measure/statistics.ts';
import { createLog } from './world/log.ts';

const perSecond = 500;
const seconds = 5;
const rounds = 3;
const type = 'price.changed.v1';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])';
const prices = parse(`${link}
  type Query { ok: Boolean }
  type Subscription { priceChanged(after: String): PriceChanged }
  type PriceChanged { cursor: String!  sentAt: Float!  product: Product! }
  type Product @key(fields: "id", resolvable: false) { id: ID! }`);
const products = parse(`${link}
  type Product @key(fields: "id") { id: ID!  name: String! }`);

type Told = { cursor: string; data: unknown };

async function main(): Promise<void> {
  const server = await startThrowAwayPostgres();
  const { pool, open } = await createLog(server.url, 'prices');
  const { log, close } = await open();
  const common = {
    verifyViewer: viewerVerifier('a secret that nothing in a benchmark signs with'),
    createContext: () => ({}),
    ready: async () => {},
    stop: async () => {},
  };
  const subgraphs = [
    createSubgraph({
      ...common,
      name: 'prices',
      typeDefs: prices,
      resolvers: {
        Subscription: {
          priceChanged: {
            subscribe: (_: unknown, { after }: { after?: string }) => log.stream({ types: [type], after }),
            resolve: ({ cursor, data }: Told) => ({ cursor, ...(data as object) }),
          },
        },
      },
    }),
    createSubgraph({
      ...common,
      name: 'products',
      typeDefs: products,
      resolvers: {
        Product: { __resolveReference: ({ id }: { id: string }) => ({ id, name: `Product ${id}` }) },
      },
    }),
  ];
  const { supergraphSdl = '' } = composeServices([
    { name: 'prices', typeDefs: prices, url: 'http://127.0.0.1:1/' },
    { name: 'products', typeDefs: products, url: 'http://127.0.0.1:1/' },
  ]);
  const router = await createRouter({
    supergraphSdl,
    transports: Object.fromEntries(subgraphs.map(({ name, transport }) => [name, transport])),
    config: readRouterConfig({ PORT: '0' }, {}),
    logger: createLogger('router', 'warn'),
    metrics: createMetrics('router'),
  });

  const latencies: number[] = [];
  let sent = 0;
  const publish = async () => {
    sent += 1;
    const data = JSON.stringify({ sentAt: performance.now(), product: { id: String(sent % 100) } });
    await pool.query('INSERT INTO outbox (type, key, data) VALUES ($1, $2, $3)', [type, 'key', data]);
  };
  try {
    const url = `${await router.listen()}/graphql`;
    const query = 'subscription { priceChanged { sentAt product { name } } }';
    const disconnect = await overWebSocket(url, { query, variables: {} }, (frame) => {
      const [, sentAt] = /"sentAt":([\d.]+)/.exec(frame) ?? [];
      latencies.push(performance.now() - Number(sentAt));
    });
    while (latencies.length === 0) {
      await publish();
      await pause(100);
    }
    await pause(1_000); // The first may have come before the subscription had begun, and the last is on its way.
    for (let round = 0; round <= rounds; round++) {
      [latencies.length, sent] = [0, 0];
      const startedAt = performance.now();
      const publishing: Promise<void>[] = [];
      for (let n = 0; n < perSecond * seconds; n++) {
        const early = startedAt + (n * 1_000) / perSecond - performance.now();
        if (early > 1) await pause(early);
        publishing.push(publish());
      }
      await Promise.all(publishing);
      while (latencies.length < sent) await pause(10);
      const sorted = latencies.toSorted((a, b) => a - b);
      const [p50, p99] = [percentile(sorted, 50), percentile(sorted, 99)];
      const rate = (sent * 1_000) / (performance.now() - startedAt);
      process.stdout.write(
        `${round === 0 ? 'warm-up' : `round ${round}`}: ${rate.toFixed(0)} events/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms\n`,
      );
    }
    disconnect();
  } finally {
    await router.stop();
    await close();
    await server.stop();
  }
}

await main();
