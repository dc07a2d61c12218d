import { setTimeout as pause } from 'node:timers/promises';
import { encodeCursor } from '@meridian/kernel/event-log/position';
import { demoMerchant, demoPartner } from '@meridian/platform/demo/viewers';
import { subgraphNames } from '@meridian/platform/subgraph-names';
import { choices } from '@meridian/testkit/choices';
import { eventually } from '@meridian/testkit/eventually';
import { redisIsAvailable, redisIsMissing, startRedis, type TestRedis } from '@meridian/testkit/redis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LogName, readLog, type Told } from './event-logs.ts';
import { type Follower, follow } from './follower.ts';
import { type KillablePostgres, startKillablePostgres } from './killable-postgres.ts';
import { useMeridian, type Who } from './meridian.ts';
import { persistent } from './persist.ts';
import { type RideFollower, rideFollower, rider, stepsOfRide } from './riders.ts';
import { shopper } from './shoppers.ts';

let postgres: KillablePostgres;
let redis: TestRedis | null = null;
const followers: Pick<Follower, 'told' | 'faults' | 'stop'>[] = [];
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
  subject: demoMerchant.userId,
  scopes: ['catalog:write', 'inventory:write', 'orders:read'],
};
const partner: Who = { subject: demoPartner.userId, scopes: ['partner:events'] };
const dispatcher: Who = { subject: demoMerchant.userId, scopes: ['rides:read'] };

/** For a machine that has other work. */
const patience = { within: 90_000 };

const queries = {
  priceChanged: `subscription ($ids: [ID!]!, $after: String) {
    priceChanged(variantIds: $ids, after: $after) { cursor current { amountMinor } variant { sku product { name } } }
  }`,
  inventoryChanged: `subscription ($ids: [ID!]!, $after: String) {
    inventoryChanged(variantIds: $ids, after: $after) {
      cursor available variant { product { reviews(first: 1) { nodes { author { displayName } } } } }
    }
  }`,
  orderStatusChanged: `subscription ($after: String) {
    orderStatusChanged(after: $after) { cursor order { number customer { displayName } lines { variant { sku } } } }
  }`,
  // By way of the bus: relay, queue, inbox and the log of users.
  partnerEvents: `subscription ($after: String) {
    partnerEvents(types: ["price.changed.v1"], after: $after) { cursor subject { id ... on ProductVariant { sku } } }
  }`,
};

/** A follower, and which events of which log it should hear of. */
type Following = {
  follower: { told: string[]; faults: string[] };
  log: LogName;
  hears(event: Told): boolean;
};

/** Variants whose prices and stock change, and some that are bought; people who ride, and people who buy. */
async function cast() {
  const { products } = await meridian.data(
    '{ products(sort: NAME, filter: { inStock: true }, first: 6) { nodes { variants { id } } } }',
  );
  const variants: string[] = products.nodes.map(
    (node: { variants: { id: string }[] }) => node.variants[0]?.id,
  );
  const { rows: carts } = await meridian.pools.orders.query('SELECT owner_id FROM carts');
  const { rows: rides } = await meridian.pools.rides.query('SELECT rider_id FROM rides');
  const { rows: people } = await meridian.pools.users.query<{ id: string }>(
    "SELECT id FROM users WHERE roles::text[] = '{CUSTOMER}' AND id <> ALL ($1) ORDER BY id LIMIT 8",
    [[...carts.map((cart) => cart.owner_id), ...rides.map((ride) => ride.rider_id)]],
  );
  const { rows: pickups } = await meridian.pools.rides.query<{ latitude: number; longitude: number }>(
    `SELECT latitude::float8, longitude::float8 FROM drivers JOIN driver_positions ON driver_id = id
     WHERE status = 'AVAILABLE' AND class = 'ECONOMY' ORDER BY id LIMIT 4`,
  );
  const whos = people.map(({ id }): Who => ({ subject: id }));
  return {
    changing: variants.slice(0, 4),
    bought: variants.slice(4),
    buyers: whos.slice(0, 4),
    people: whos.slice(4),
    pickups,
  };
}

test('a hundred who follow miss nothing while everything is killed in turn, under load', {
  timeout: 600_000,
}, async () => {
  const { changing, bought, buyers, people, pickups } = await cast();
  const url = `${meridian.url.replace('http', 'ws')}/graphql`;
  const following: Following[] = [];
  const followAs = async (
    who: Who,
    field: keyof typeof queries,
    variables: Record<string, unknown>,
    expected: Omit<Following, 'follower'>,
  ) => {
    const authorization = await meridian.bearer(who);
    const follower = follow({ url, authorization, field, query: queries[field], variables });
    followers.push(follower);
    following.push({ ...expected, follower });
  };

  // Half of those who follow variants follow all of them, half one or two: streams that are shared and streams that are not.
  for (const [field, type, many] of [
    ['priceChanged', 'price.changed.v1', 34],
    ['inventoryChanged', 'stock.changed.v1', 20],
  ] as const)
    for (let i = 0; i < many; i++) {
      const ids = i % 2 === 0 ? changing : changing.slice(i % 4, (i % 4) + 1 + (i % 3));
      const hears = (event: Told) => event.type === type && ids.includes(event.key);
      await followAs(merchant, field, { ids }, { log: 'catalog.outbox', hears });
    }
  for (let i = 0; i < 14; i++) {
    const hears = ({ type }: Told) => type === 'price.changed.v1';
    await followAs(partner, 'partnerEvents', {}, { log: 'users.partner_events', hears });
  }
  const shoppers = buyers.map((who) => shopper(meridian, who));
  for (const who of [merchant, merchant, ...buyers, ...buyers, ...buyers, ...buyers, ...buyers]) {
    const hears = ({ type, data }: Told) =>
      type === 'order.status-changed.v1' && (who === merchant || data['customerId'] === who.subject);
    await followAs(who, 'orderStatusChanged', {}, { log: 'orders.outbox', hears });
  }
  const firstRide = encodeCursor('rides.outbox', { xid: 0n, id: 0n });
  const riders = [];
  for (const [i, who] of people.entries()) {
    const theirs: RideFollower[] = [];
    for (const each of [who, who, dispatcher])
      theirs.push(rideFollower({ url, authorization: await meridian.bearer(each) }, firstRide));
    followers.push(...theirs);
    const { latitude, longitude } = pickups[i] ?? { latitude: 0, longitude: 0 };
    const person = {
      who,
      followers: theirs,
      ...rider(meridian, who, { latitude, longitude }, theirs, patience),
    };
    riders.push(person);
  }
  expect(followers).toHaveLength(102);

  const customers = buyers.map(({ subject }) => subject);
  const ordersOf = async () => {
    const text = 'SELECT id, status FROM orders WHERE customer_id = ANY ($1)';
    const { rows } = await meridian.pools.orders.query<{ id: string; status: string }>(text, [customers]);
    return new Map(rows.map(({ id, status }) => [id, status]));
  };
  const earlier = await ordersOf();

  let writing = true;
  let written = 0;
  const keepDoing = async (work: (n: number) => Promise<unknown>): Promise<void> => {
    for (let n = 1; writing; n++) {
      await work(n);
      written++;
      await pause(100);
    }
  };
  const { carryOut } = persistent(meridian, merchant);
  const setPrice = (variantId: string, amountMinor: number) =>
    carryOut('setPrice', '', { variantId, amountMinor, currency: 'EUR' });
  const adjustStock = (variantId: string, delta: number) =>
    carryOut('adjustStock', 'variant { availableQuantity }', { variantId, delta, reason: 'delivery' });
  const inStock = new Map<string, number>();
  for (const id of bought) inStock.set(id, (await adjustStock(id, 10_000)).variant.availableQuantity);
  const writers = Promise.all([
    ...changing.map((id) => keepDoing((n) => setPrice(id, 1_000 + n))),
    ...changing.map((id) => keepDoing(() => adjustStock(id, 1))),
    ...shoppers.map(({ shop }, i) => keepDoing(() => shop(bought[i % 2] ?? ''))),
    ...riders.map(({ ride }) => keepDoing(ride)),
  ]);
  await eventually(() => followers.every(({ told }) => told.length > 0), patience);

  const service = (name: string) => async () => {
    const pid = meridian.pidOf(name);
    if (pid) process.kill(pid, 'SIGKILL');
    await eventually(() => meridian.pidOf(name) !== pid);
  };
  const processes = () => ['router', ...subgraphNames].map(meridian.pidOf);
  const kill: Record<string, () => Promise<void>> = {
    postgres: postgres.kill,
    redis: redis?.replace ?? service('catalog'),
    ...Object.fromEntries(['router', ...subgraphNames].map((name) => [name, service(name)])),
  };
  const chance = choices('restarts');
  const victims = chance.shuffled([...Object.keys(kill), 'router', 'postgres', 'redis']);
  console.info(`restarts: ${victims.join(', ')}`);
  for (const victim of victims) {
    const [before, had, pids] = [written, followers.map(({ told }) => told.length), processes()];
    await kill[victim]?.();
    // Much was written since, and everybody heard something new: it all works again, until the next one dies.
    const enough = before + 10 + chance.below(20);
    await eventually(() => written > enough, patience);
    await eventually(() => followers.every(({ told }, i) => told.length > (had[i] ?? 0)), patience);
    // Who loses a server outlives it.
    if (victim === 'postgres' || (victim === 'redis' && redis?.replace)) expect(processes()).toEqual(pids);
  }
  writing = false;
  await writers;
  for (const id of changing) {
    await setPrice(id, 1);
    await adjustStock(id, 7);
  }

  // What was acknowledged is there, once, as it was acknowledged.
  const acknowledged = shoppers.flatMap((each) => [...each.orders]);
  expect(await ordersOf()).toEqual(new Map([...earlier, ...acknowledged]));
  // What was taken back returns to the stock, now or when the catalog is there again.
  await eventually(async () => {
    const text = 'SELECT FROM orders WHERE customer_id = ANY ($1) AND stock_due_at IS NOT NULL';
    return (await meridian.pools.orders.query(text, [customers])).rowCount === 0;
  }, patience);
  for (const [i, id] of bought.entries()) {
    const sold = shoppers.flatMap((each, n) => (n % 2 === i ? [...each.orders.values()] : []));
    const kept = sold.filter((status) => status === 'CONFIRMED').length;
    const { variant } = await adjustStock(id, 1);
    expect(variant.availableQuantity).toBe((inStock.get(id) ?? 0) - kept + 1);
  }
  const { rows: rides } = await meridian.pools.rides.query(
    'SELECT id, status FROM rides WHERE rider_id = ANY ($1) ORDER BY id',
    [people.map(({ subject }) => subject)],
  );
  const promised = riders.flatMap((each) => each.rides).toSorted();
  expect(rides).toEqual(promised.map((id) => ({ id, status: 'COMPLETED' })));

  const catalog = await readLog(meridian.pools, 'catalog.outbox');
  const prices = catalog
    .filter(({ type }) => type === 'price.changed.v1')
    .map(({ key, data }) => [key, data]);
  const heard = await eventually(async () => {
    const events = await readLog(meridian.pools, 'users.partner_events');
    return events.filter(({ type }) => type === 'price.changed.v1').length >= prices.length && events;
  }, patience);
  // The bus has brought each once, those of a variant in order.
  const ofVariant = (events: unknown[][], id: string) => events.filter(([key]) => key === id);
  const brought = heard.filter(({ type }) => type === 'price.changed.v1').map(({ key, data }) => [key, data]);
  for (const id of changing) expect(ofVariant(brought, id)).toEqual(ofVariant(prices, id));

  const logs: Record<LogName, Told[]> = {
    'catalog.outbox': catalog,
    'users.partner_events': heard,
    'orders.outbox': await readLog(meridian.pools, 'orders.outbox'),
    'rides.outbox': await readLog(meridian.pools, 'rides.outbox'),
  };
  for (const { follower, log, hears } of following) {
    const all = logs[log].filter(hears).map(({ cursor }) => cursor);
    const expected = all.slice(all.indexOf(follower.told[0] ?? ''));
    await eventually(() => follower.told.at(-1) === expected.at(-1), patience);
    expect([...new Set(follower.told)]).toEqual(expected);
    expect(follower.faults).toEqual([]);
  }
  for (const person of riders) {
    const expected = logs['rides.outbox'].filter(({ data }) => data['riderId'] === person.who.subject);
    expect(expected).toHaveLength(stepsOfRide * person.rides.length);
    for (const follower of person.followers) {
      expect([...new Set(follower.told)]).toEqual(expected.map(({ cursor }) => cursor));
      expect(follower.faults).toEqual([]);
    }
  }
  console.info(
    `restarts: ${written} things done, ${acknowledged.length} orders, ${promised.length} rides; told ${followers.reduce((sum, { told }) => sum + told.length, 0)} events to ${followers.length}`,
  );
});
