import { buildSubgraphSchema } from '@apollo/subgraph';
import { createLogger } from '@meridian/kernel/logger';
import { createMetrics } from '@meridian/kernel/metrics';
import { readRouterConfig } from '@meridian/router/config';
import { createRouter, type Router } from '@meridian/router/router';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { percentile } from '../measure/statistics.ts';
import { operations } from '../workloads.ts';
import { meridianSubgraph } from './meridian.ts';
import { world } from './subgraphs.ts';
import { worldSupergraph } from './supergraph.ts';

let router: Router;
let url: string;
let calls: string[];

beforeAll(async () => {
  const transports = Object.keys(world).map((name) => {
    const { transport } = meridianSubgraph(name);
    const execute: typeof transport.execute = (request) => {
      calls.push(name);
      return transport.execute(request);
    };
    return [name, { ...transport, execute }];
  });
  router = await createRouter({
    supergraphSdl: worldSupergraph({}),
    transports: Object.fromEntries(transports),
    // A busy machine may plan slowly.
    config: readRouterConfig({ PORT: '0' }, { PLANNING_TIME_LIMIT_MS: '60000', PLANNING_WAIT_MS: '600000' }),
    logger: createLogger('router', 'silent'),
    metrics: createMetrics('router'),
  });
  url = await router.listen();
});
afterAll(() => router.stop());

async function answerTo({ query, variables }: (typeof operations)[keyof typeof operations]) {
  calls = [];
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }).replaceAll('NUMBER', '7'),
  });
  const text = await response.text();
  return { text, answer: JSON.parse(text), calls };
}

test('the three-fetch query takes three fetches', async () => {
  const { answer, calls } = await answerTo(operations.threeFetch);
  expect(answer.errors).toBeUndefined();
  expect(answer.data.orders).toHaveLength(10);
  expect(calls.toSorted()).toEqual(['orders', 'products', 'users']);
});

test('the large answer is as large as it is called, and says the same things over and over', async () => {
  const { text, answer } = await answerTo(operations.large);
  expect(answer.errors).toBeUndefined();
  expect(text.length).toBeGreaterThan(80_000);
  expect(text.length).toBeLessThan(100_000);
  const emails = text.match(/User number \d+/g) ?? [];
  const times = [...Map.groupBy(emails, (email) => email).values()].map(({ length }) => length);
  expect(
    percentile(
      times.toSorted((a, b) => a - b),
      50,
    ),
  ).toBeGreaterThan(5);
});

test('a cold operation is the three-fetch query under another name', async () => {
  const { answer, calls } = await answerTo(operations.cold);
  expect(answer.errors).toBeUndefined();
  expect(answer.data.orders[0].total7).toBeGreaterThan(0);
  expect(calls).toHaveLength(3);
});

test('the spread query is the three-fetch query for other orders', async () => {
  const { answer, calls } = await answerTo(operations.spread);
  expect(answer.errors).toBeUndefined();
  expect(answer.data.orders.map(({ id }: { id: string }) => id)).toEqual(
    Array.from({ length: 10 }, (_, n) => `order-${7 + n}`),
  );
  expect(calls).toHaveLength(3);
});

test('the subgraphs are such that ApolloServer can serve them too', () => {
  for (const { typeDefs, resolvers } of Object.values(world))
    expect(buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]).getQueryType()?.name).toBe(
      'Query',
    );
});
