import { eventually } from '@meridian/testkit/eventually';
import { redisIsAvailable, redisIsMissing, startRedis, type TestRedis } from '@meridian/testkit/redis';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Cache, createCache } from './cache.ts';
import { createLogger } from './logger.ts';
import { createMetrics } from './metrics.ts';
import { connectCacheRedis } from './redis.ts';

type Row = { id: string; amount: bigint; at: Date };
const row = (id: string, amount = 1n): Row => ({ id, amount, at: new Date(0) });
const declaration = { name: 'test:row:1', ttlSeconds: 60 };
const rowsOf = (cache: Cache) => cache.rows<Row>(declaration);
const localCache = () => createCache({ redis: null, metrics: createMetrics('test') });

test('what is known is not loaded again, and what does not exist is asked for again', async () => {
  const rows = rowsOf(localCache());
  const load = vi.fn(async (keys: readonly string[]) =>
    keys.map((key) => (key === 'none' ? null : row(key))),
  );
  expect(await rows.getMany(['a', 'none', 'b'], load)).toEqual([row('a'), null, row('b')]);
  expect(await rows.getMany(['b', 'none', 'c'], load)).toEqual([row('b'), null, row('c')]);
  expect(load.mock.calls).toEqual([[['a', 'none', 'b']], [['none', 'c']]]);
});

test('a row that was read before a write and stored after it does not come back', async () => {
  const rows = rowsOf(localCache());
  const reading = Promise.withResolvers<(Row | null)[]>();
  const slow = rows.getMany(['a'], () => reading.promise);
  await rows.invalidate(['a']);
  reading.resolve([row('a', 1n)]);
  await slow;
  expect(await rows.getMany(['a'], async () => [row('a', 2n)])).toEqual([row('a', 2n)]);
});

if (!redisIsAvailable()) console.log(`cache over Redis ${redisIsMissing()}`);
describe.skipIf(!redisIsAvailable())('over Redis', () => {
  let server: TestRedis;
  const caches: Cache[] = [];
  const open = async (): Promise<Cache> => {
    const redis = connectCacheRedis(server.url, createLogger('test', 'silent'), patientMs);
    await new Promise((resolve) => redis.once('ready', resolve));
    const cache = createCache({ redis, metrics: createMetrics('test') });
    caches.push(cache);
    return cache;
  };
  /** However busy the machine is. */
  const patientMs = 60_000;
  const never = () => Promise.reject(new Error('nothing should be loaded'));

  beforeAll(async () => {
    server = await startRedis();
  });
  afterEach(async () => {
    for (const cache of caches.splice(0)) await cache.close();
  });
  afterAll(() => server.stop());

  test('a row that one process loaded is there for another, dates and big integers as they were', async () => {
    const [one, other] = [rowsOf(await open()), rowsOf(await open())];
    await one.getMany(['shared'], async () => [row('shared', 2n ** 60n)]);
    await eventually(
      async () => expect(await other.getMany(['shared'], never)).toEqual([row('shared', 2n ** 60n)]) ?? true,
    );
  });

  test('a late store of an old row is refused by Redis too', async () => {
    const [one, other] = [rowsOf(await open()), rowsOf(await open())];
    const reading = Promise.withResolvers<(Row | null)[]>();
    const slow = one.getMany(['raced'], () => reading.promise);
    await other.invalidate(['raced']);
    reading.resolve([row('raced', 1n)]);
    await slow;
    const third = rowsOf(await open());
    expect(await third.getMany(['raced'], async () => [row('raced', 2n)])).toEqual([row('raced', 2n)]);
  });

  test('when Redis is gone, rows come from the database', async () => {
    const own = await startRedis();
    const redis = connectCacheRedis(own.url, createLogger('test', 'silent'));
    await new Promise((resolve) => redis.once('ready', resolve));
    const cache = createCache({ redis, metrics: createMetrics('test') });
    caches.push(cache);
    await own.stop();
    expect(await rowsOf(cache).getMany(['x'], async () => [row('x')])).toEqual([row('x')]);
    await rowsOf(cache).invalidate(['x']);
  });
});
