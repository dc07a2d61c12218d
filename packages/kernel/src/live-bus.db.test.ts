import { useTestDatabase } from '@meridian/testkit/database';
import { redisIsAvailable, redisIsMissing, startRedis, type TestRedis } from '@meridian/testkit/redis';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LiveBus, postgresLiveBus, redisLiveBus } from './live-bus.ts';
import { createLogger } from './logger.ts';
import { type Notifications, openNotifications } from './notifications.ts';
import { connectPubSubRedis } from './redis.ts';

const logger = createLogger('test', 'silent');
const database = useTestDatabase();

/** What a bus must do, whatever carries it; `open` is one process. */
function contract(open: () => Promise<LiveBus>, sendRaw: (wire: string) => Promise<unknown>): void {
  test('what is no message is passed over', async () => {
    const bus = await open();
    const stream = bus.stream('a');
    for (const wire of ['nonsense', 'null', '{"topic":"a"}', '{"topic":"a","message":1}'])
      await sendRaw(wire);
    await bus.publish('a', { n: 1 });
    expect(await stream.next()).toEqual({ done: false, value: { n: 1 } });
    await stream.return?.();
  });

  test('every process hears its topics, only while it listens, and the newest when it was slow', async () => {
    const [one, other] = [await open(), await open()];
    const streams = [one.stream<{ n: number }>('a'), other.stream<{ n: number }>('a')];
    const elsewhere = other.stream('b');
    for (const n of [1, 2]) {
      const heard = streams.map((stream) => stream.next());
      await one.publish('a', { n });
      for (const step of heard) expect(await step).toEqual({ done: false, value: { n } });
    }
    for (const n of [3, 4, 5]) await one.publish('a', { n });
    await one.publish('b', { last: true });
    expect((await elsewhere.next()).value).toEqual({ last: true });
    expect((await streams[1]!.next()).value).toEqual({ n: 5 });
    for (const stream of [...streams, elsewhere]) await stream.return?.();
    expect(await streams[0]!.next()).toEqual({ done: true, value: undefined });
  });
}

describe('over Postgres', () => {
  let pool: pg.Pool;
  const opened: Notifications[] = [];
  beforeAll(() => {
    pool = new pg.Pool({ connectionString: database.urlFor('catalog') });
  });
  afterAll(async () => {
    for (const notifications of opened) await notifications.close();
    await pool.end();
  });
  contract(
    async () => {
      const notifications = openNotifications({ url: database.urlFor('catalog'), name: 'catalog', logger });
      opened.push(notifications);
      return postgresLiveBus({ pool, schema: 'catalog', notifications });
    },
    (wire) => pool.query('SELECT pg_notify($1, $2)', ['catalog_live', wire]),
  );
});

if (!redisIsAvailable()) console.log(`live bus over Redis ${redisIsMissing()}`);
describe.skipIf(!redisIsAvailable())('over Redis', () => {
  let server: TestRedis;
  const opened: ReturnType<typeof connectPubSubRedis>[] = [];
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(async () => {
    for (const redis of opened) redis.disconnect();
    await server.stop();
  });
  contract(
    async () => {
      const [publisher, subscriber] = [
        connectPubSubRedis(server.url, logger),
        connectPubSubRedis(server.url, logger),
      ];
      opened.push(publisher, subscriber);
      return redisLiveBus({ publisher, subscriber, schema: 'catalog' });
    },
    async (wire) => opened[0]?.publish('meridian:catalog:live', wire),
  );
});
