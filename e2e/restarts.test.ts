import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { encodeCursor } from '@meridian/kernel/event-log/position';
import { demoViewers } from '@meridian/platform/demo/viewers';
import { subgraphNames } from '@meridian/platform/subgraph-names';
import { eventually } from '@meridian/testkit/eventually';
import { redisIsAvailable, redisIsMissing, startRedis, type TestRedis } from '@meridian/testkit/redis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Follower, follow } from './follower.ts';
import { type KillablePostgres, startKillablePostgres } from './killable-postgres.ts';
import { useMeridian, type Who } from './meridian.ts';

let postgres: KillablePostgres;
let redis: TestRedis | null = null;
const followers: Follower[] = [];
beforeAll(async () => {
  postgres = await startKillablePostgres();
  if (redisIsAvailable()) redis = await startRedis();
  else console.log(`Redis in the restart test ${redisIsMissing()}`);
});
afterAll(async () => {
  await redis?.stop();
  await postgres?.stop();
});
const meridian = useMeridian('five processes', {
  redisUrl: () => redis?.url ?? null,
  databases: () => postgres,
});

afterAll(() => Promise.all(followers.map((follower) => follower.stop())));

const merchant: Who = {
  subject: demoViewers.find(({ role }) => role === 'MERCHANT_ADMIN')?.userId ?? '',
  scopes: ['catalog:write', 'inventory:write'],
};

/** What is followed, of which type of event of which log it is made, and by how many. */
const streams = [
  {
    field: 'priceChanged',
    type: 'price.changed.v1',
    query: `subscription ($ids: [ID!]!, $after: String) {
      priceChanged(variantIds: $ids, after: $after) { cursor current { amountMinor } variant { sku product { name } } }
    }`,
    count: 60,
  },
  {
    field: 'inventoryChanged',
    type: 'stock.changed.v1',
    query: `subscription ($ids: [ID!]!, $after: String) {
      inventoryChanged(variantIds: $ids, after: $after) { cursor available variant { product { reviews(first: 1) { nodes { author { displayName } } } } } }
    }`,
    count: 40,
  },
];

const setPrice = 'mutation ($input: SetPriceInput!) { setPrice(input: $input) { userErrors { message } } }';
const adjustStock =
  'mutation ($input: AdjustStockInput!) { adjustStock(input: $input) { userErrors { message } } }';

/** Carries a mutation through, however often that takes: the same key makes the same request. */
async function persist(mutation: string, input: object): Promise<void> {
  const sent = { input: { ...input, idempotencyKey: randomUUID() } };
  for (;;) {
    const answer = await meridian.ask(mutation, sent, merchant).catch(() => null);
    const [payload] = Object.values<{ userErrors: unknown[] } | null>(answer?.data ?? {});
    if (payload?.userErrors.length === 0) return;
    await pause(100);
  }
}

/** Whether users answers too, which nobody else here waits for. */
const answers = async () => (await meridian.data('{ viewer { displayName } }', {}, merchant)).viewer;

test('a hundred who follow miss nothing while everything is killed in turn, under load', {
  timeout: 180_000,
}, async () => {
  const { products } = await meridian.data(
    '{ products(sort: NAME, first: 4) { nodes { variants { id price { amountMinor currency } } } } }',
  );
  const ids: string[] = products.nodes.map(({ variants }: { variants: { id: string }[] }) => variants[0]?.id);
  const authorization = await meridian.bearer(merchant);
  const url = `${meridian.url.replace('http', 'ws')}/graphql`;

  let writing = true;
  let written = 0;
  const keepWriting = async (mutation: string, input: (n: number) => object): Promise<void> => {
    for (let n = 1; writing; n++) {
      await persist(mutation, input(n));
      written++;
      await pause(10);
    }
  };
  const writers = Promise.all(
    ids.flatMap((variantId) => [
      keepWriting(setPrice, (n) => ({ variantId, amountMinor: 1_000 + n, currency: 'EUR' })),
      keepWriting(adjustStock, () => ({ variantId, delta: 1, reason: 'delivery' })),
    ]),
  );

  // Half of them follow all variants, half one or two: streams that are shared and streams that are not.
  const following = streams.flatMap(({ field, query, type, count }) =>
    Array.from({ length: count }, (_, i) => {
      const keys = i % 2 === 0 ? ids : ids.slice(i % 4, (i % 4) + 1 + (i % 3));
      const follower = follow({ url, authorization, query, field, variables: { ids: keys } });
      followers.push(follower);
      return { follower, type, keys };
    }),
  );
  await eventually(() => followers.every(({ told }) => told.length > 0), { within: 30_000 });

  const service = (name: string) => async () => {
    const pid = meridian.pidOf(name);
    if (pid) process.kill(pid, 'SIGKILL');
    await eventually(() => meridian.pidOf(name) !== pid);
  };
  const processes = () => ['router', ...subgraphNames].map(meridian.pidOf);
  const replaceRedis = redis?.replace;
  const victims: (() => unknown)[] = [
    service('router'),
    service('catalog'),
    postgres.kill,
    replaceRedis ?? service('catalog'),
    service('users'),
    postgres.kill,
    service('router'),
    replaceRedis ?? service('router'),
    service('catalog'),
    postgres.kill,
  ];
  for (const kill of victims) {
    const [before, had, pids] = [written, followers.map(({ told }) => told.length), processes()];
    await kill();
    // Somebody wrote since, and everybody heard something new: it all works again, until the next one dies.
    await eventually(() => written > before + 20, { within: 30_000 });
    await eventually(() => followers.every(({ told }, i) => told.length > (had[i] ?? 0)), { within: 30_000 });
    await eventually(answers, { within: 30_000 });
    // Who loses a server outlives it.
    if (kill === postgres.kill || kill === replaceRedis) expect(processes()).toEqual(pids);
  }
  writing = false;
  await writers;
  for (const id of ids) {
    await persist(setPrice, { variantId: id, amountMinor: 1, currency: 'EUR' });
    await persist(adjustStock, { variantId: id, delta: 7, reason: 'delivery' });
  }

  const { rows } = await meridian.pools.catalog.query<{ xid: string; id: string; type: string; key: string }>(
    'SELECT xid::text, id::text, type, key FROM outbox ORDER BY outbox.xid, outbox.id',
  );
  const log = rows.map(({ xid, id, ...event }) => ({
    ...event,
    cursor: encodeCursor('catalog.outbox', { xid: BigInt(xid), id: BigInt(id) }),
  }));
  expect(log.length).toBeGreaterThan(written);
  for (const { follower, type, keys } of following) {
    const all = log
      .filter((event) => event.type === type && keys.includes(event.key))
      .map(({ cursor }) => cursor);
    const expected = all.slice(all.indexOf(follower.told[0] ?? ''));
    await eventually(() => follower.told.at(-1) === expected.at(-1), { within: 30_000 });
    expect([...new Set(follower.told)]).toEqual(expected);
    expect(follower.faults).toEqual([]);
  }
});
