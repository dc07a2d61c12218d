import { useTestDatabase } from '@meridian/testkit/database';
import { eventually } from '@meridian/testkit/eventually';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../logger.ts';
import { createMetrics } from '../metrics.ts';
import { type Notifications, openNotifications } from '../notifications.ts';
import { impatient, message } from '../testing/bus-contract.ts';
import type { Bus, BusMessage } from './bus.ts';
import { type RunningConsumer, startConsumer } from './consumer.ts';
import { listParked, requestReplay } from './parked.ts';
import { openPgBossBus } from './pg-boss-bus.ts';

const schema = 'orders';
const database = useTestDatabase();
const logger = createLogger('test', 'silent');
const metrics = createMetrics('test');
let pool: pg.Pool;
let notifications: Notifications;
let bus: Bus;
const running: RunningConsumer[] = [];

beforeAll(async () => {
  const url = database.urlFor(schema);
  pool = new pg.Pool({ connectionString: url, options: `-c search_path=${schema}` });
  notifications = openNotifications({ url, name: schema, logger });
  bus = await openPgBossBus({ url: database.urlFor('bus'), logger, tries: impatient });
});
afterEach(async () => {
  for (const consumer of running.splice(0)) await consumer.stop();
});
afterAll(async () => {
  await bus.close();
  await notifications.close();
  await pool.end();
});

const start = async (name: string, handle: (it: BusMessage) => Promise<void>): Promise<RunningConsumer> => {
  const hears = { shop: ['thing.happened.v1'] };
  const consumer = await startConsumer(
    { bus, pool, schema, notifications, logger, metrics },
    { name, hears, handle },
  );
  running.push(consumer);
  return consumer;
};
const metric = async (name: string, labels: string) =>
  (await metrics.metrics())
    .split('\n')
    .find((line) => line.startsWith(`${name}{${labels}`))
    ?.split(' ')
    .at(-1);

test('what fails for good is parked where people see it, and replayed when they ask for it', async () => {
  const name = 'orders.shaky';
  let healed = false;
  const handled: string[] = [];
  await start(name, async ({ id }) => {
    if (!healed && id === poison.id) throw new TypeError('cannot read this');
    handled.push(id);
  });
  const [poison, behind] = [message({ key: 'bad', data: { odd: true } }), message({ key: 'bad' })];
  await bus.send([poison, behind]);
  await eventually(() => handled.length === 1);

  const [parked] = await listParked(pool, 10);
  expect(parked).toEqual({
    ...poison,
    consumer: name,
    tries: 3,
    error: 'TypeError: cannot read this',
    parkedAt: expect.any(Date),
    replayAt: null,
  });
  expect(await metric('meridian_bus_parked', `consumer="${name}"`)).toBe('1');
  expect(await metric('meridian_bus_handled_total', `consumer="${name}",outcome="failed"`)).toBe('3');
  expect(await metric('meridian_bus_handled_total', `consumer="${name}",outcome="parked"`)).toBe('1');

  // Asked for too early, it stays and says so.
  expect(await requestReplay(pool, schema, poison.id)).toBe(1);
  await eventually(async () => (await listParked(pool, 10))[0]?.tries === 4);
  expect((await listParked(pool, 10))[0]).toMatchObject({ replayAt: null });

  healed = true;
  expect(await requestReplay(pool, schema, null)).toBe(1);
  await eventually(async () => (await listParked(pool, 10)).length === 0);
  expect(handled).toEqual([behind.id, poison.id]);
  expect(await metric('meridian_bus_parked', `consumer="${name}"`)).toBe('0');
  // What was handled is noted a moment later.
  await eventually(async () => (await metric('meridian_bus_undelivered', `consumer="${name}"`)) === '0');
});

test('what somebody wants replayed while no consumer runs is replayed when one starts', async () => {
  const name = 'orders.away';
  const poison = message();
  const first = await start(name, () => Promise.reject(new Error('not yet')));
  await bus.send([poison]);
  await eventually(async () => (await listParked(pool, 10)).length === 1);
  await first.stop();
  await requestReplay(pool, schema, poison.id);
  const handled: BusMessage[] = [];
  await start(name, async (it) => {
    // Were this process killed now, the next one would not try it again by itself.
    expect(await listParked(pool, 10)).toMatchObject([{ id: poison.id, replayAt: null }]);
    handled.push(it);
  });
  await eventually(() => handled.length === 1);
  expect(handled).toEqual([poison]);
  await eventually(async () => (await listParked(pool, 10)).length === 0);
});

test('the age of the oldest event that waits is told', async () => {
  const name = 'orders.slow';
  const gate = Promise.withResolvers<void>();
  await start(name, () => gate.promise);
  await bus.send([message({ at: new Date(Date.now() - 60_000) }), message({ at: new Date() })]);
  expect(await metric('meridian_bus_undelivered', `consumer="${name}"`)).toBe('2');
  expect(
    Number(await metric('meridian_bus_oldest_undelivered_seconds', `consumer="${name}"`)),
  ).toBeGreaterThan(59);
  gate.resolve();
  await eventually(async () => (await metric('meridian_bus_undelivered', `consumer="${name}"`)) === '0');
  expect(await metric('meridian_bus_oldest_undelivered_seconds', `consumer="${name}"`)).toBe('0');
});
