import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { encodeCursor } from '@meridian/kernel/event-log/position';
import { demoPartner, demoViewers } from '@meridian/platform/demo/viewers';
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
  // A process that was killed is given up soon.
  bus: { BUS_LEASE_SECONDS: 3 },
});

afterAll(() => Promise.all(followers.map((follower) => follower.stop())));

const merchant: Who = {
  subject: demoViewers.find(({ role }) => role === 'MERCHANT_ADMIN')?.userId ?? '',
  scopes: ['catalog:write', 'inventory:write'],
};

const partner: Who = { subject: demoPartner.userId, scopes: ['partner:events'] };

/** What is followed, of which type of event of which log it is made, and by how many. */
const streams = [
  {
    field: 'priceChanged',
    who: merchant,
    log: 'catalog.outbox',
    type: 'price.changed.v1',
    query: `subscription ($ids: [ID!]!, $after: String) {
      priceChanged(variantIds: $ids, after: $after) { cursor current { amountMinor } variant { sku product { name } } }
    }`,
    count: 50,
  },
  {
    field: 'inventoryChanged',
    who: merchant,
    log: 'catalog.outbox',
    type: 'stock.changed.v1',
    query: `subscription ($ids: [ID!]!, $after: String) {
      inventoryChanged(variantIds: $ids, after: $after) { cursor available variant { product { reviews(first: 1) { nodes { author { displayName } } } } } }
    }`,
    count: 30,
  },
  {
    // By way of the bus: relay, queue, inbox and the log of users.
    field: 'partnerEvents',
    who: partner,
    log: 'users.partner_events',
    type: 'price.changed.v1',
    query: `subscription ($after: String) {
      partnerEvents(types: ["price.changed.v1"], after: $after) { cursor subject { id ... on ProductVariant { sku } } }
    }`,
    count: 20,
  },
] as const;

/** The events of a log, in its order. */
async function readLog(name: (typeof streams)[number]['log']) {
  const pool = name === 'catalog.outbox' ? meridian.pools.catalog : meridian.pools.users;
  const { rows } = await pool.query<{ xid: string; id: string; type: string; key: string; data: object }>(
    `SELECT xid::text, id::text, type, key, data FROM ${name} event ORDER BY event.xid, event.id`,
  );
  return rows.map(({ xid, id, ...event }) => ({
    ...event,
    cursor: encodeCursor(name, { xid: BigInt(xid), id: BigInt(id) }),
  }));
}

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

/** For a machine that has other work. */
const patience = { within: 60_000 };

/** Whether users answers too, which nobody else here waits for. */
const answers = async () => (await meridian.data('{ viewer { displayName } }', {}, merchant)).viewer;

test('a hundred who follow miss nothing while everything is killed in turn, under load', {
  timeout: 300_000,
}, async () => {
  const { products } = await meridian.data(
    '{ products(sort: NAME, first: 4) { nodes { variants { id price { amountMinor currency } } } } }',
  );
  const ids: string[] = products.nodes.map(({ variants }: { variants: { id: string }[] }) => variants[0]?.id);
  const [merchants, partners] = [await meridian.bearer(merchant), await meridian.bearer(partner)];
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
  const following = streams.flatMap((stream) =>
    Array.from({ length: stream.count }, (_, i) => {
      const isPartner = stream.who === partner;
      const keys = i % 2 === 0 || isPartner ? ids : ids.slice(i % 4, (i % 4) + 1 + (i % 3));
      const authorization = isPartner ? partners : merchants;
      const variables = isPartner ? {} : { ids: keys };
      const follower = follow({ ...stream, url, authorization, variables });
      followers.push(follower);
      return { ...stream, follower, keys };
    }),
  );
  await eventually(() => followers.every(({ told }) => told.length > 0), patience);

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
    await eventually(() => written > before + 20, patience);
    await eventually(() => followers.every(({ told }, i) => told.length > (had[i] ?? 0)), patience);
    await eventually(answers, patience);
    // Who loses a server outlives it.
    if (kill === postgres.kill || kill === replaceRedis) expect(processes()).toEqual(pids);
  }
  writing = false;
  await writers;
  for (const id of ids) {
    await persist(setPrice, { variantId: id, amountMinor: 1, currency: 'EUR' });
    await persist(adjustStock, { variantId: id, delta: 7, reason: 'delivery' });
  }

  const told = await readLog('catalog.outbox');
  expect(told.length).toBeGreaterThan(written);
  const prices = told.filter(({ type }) => type === 'price.changed.v1').map(({ key, data }) => [key, data]);
  const heard = await eventually(async () => {
    const events = await readLog('users.partner_events');
    return events.filter(({ type }) => type === 'price.changed.v1').length >= prices.length && events;
  }, patience);
  // The bus has brought each once, those of a variant in order.
  const ofVariant = (events: unknown[][], id: string) => events.filter(([key]) => key === id);
  const brought = heard.filter(({ type }) => type === 'price.changed.v1').map(({ key, data }) => [key, data]);
  for (const id of ids) expect(ofVariant(brought, id)).toEqual(ofVariant(prices, id));

  for (const { follower, log, type, keys } of following) {
    const all = (log === 'catalog.outbox' ? told : heard)
      .filter((event) => event.type === type && keys.includes(event.key))
      .map(({ cursor }) => cursor);
    const expected = all.slice(all.indexOf(follower.told[0] ?? ''));
    await eventually(() => follower.told.at(-1) === expected.at(-1), patience);
    expect([...new Set(follower.told)]).toEqual(expected);
    expect(follower.faults).toEqual([]);
  }
});
