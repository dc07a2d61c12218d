import { useTestDatabase } from '@meridian/testkit/database';
import { eventually } from '@meridian/testkit/eventually';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createLogger } from '../logger.ts';
import { createMetrics } from '../metrics.ts';
import { type Notifications, openNotifications } from '../notifications.ts';
import type { Bus, BusMessage } from './bus.ts';
import { type Relay, startRelay } from './relay.ts';

/** Any subgraph's log does: all have the same. */
const schema = 'rides';
const database = useTestDatabase();
const logger = createLogger('test', 'silent');
const metrics = createMetrics('test');
let pool: pg.Pool;
let notifications: Notifications;
const relays: Relay[] = [];

beforeAll(() => {
  const url = database.urlFor(schema);
  pool = new pg.Pool({ connectionString: url, options: `-c search_path=${schema}` });
  notifications = openNotifications({ url, name: schema, logger });
});
beforeEach(async () => {
  await pool.query('DELETE FROM outbox');
});
afterEach(async () => {
  for (const relay of relays.splice(0)) await relay.stop();
});
afterAll(async () => {
  await notifications.close();
  await pool.end();
});

const relayTo = async (bus: Bus): Promise<Relay> => {
  const relay = await startRelay({
    bus,
    url: database.urlFor(schema),
    pool,
    schema,
    notifications,
    logger,
    metrics,
  });
  relays.push(relay);
  return relay;
};

/** A bus that remembers, and does with each batch what `send` says before it has it. */
const remembering = (send: (batch: readonly BusMessage[]) => Promise<void> = async () => {}) => {
  const sent: BusMessage[] = [];
  const bus: Bus = {
    async send(batch) {
      await send(batch);
      sent.push(...batch);
    },
    consume: () => Promise.reject(new Error('nobody consumes here')),
    close: async () => {},
  };
  return { bus, sent, keys: () => sent.map(({ key }) => key) };
};

const write = (on: pg.Pool | pg.PoolClient, key: string) =>
  on.query("INSERT INTO outbox (type, key, data) VALUES ('test.v1', $1, $2)", [key, { about: key }]);

test('what is in the log, and what comes, is sent in order, whole, and not again by the next process', async () => {
  await write(pool, 'before');
  const { bus, sent, keys } = remembering();
  const first = await relayTo(bus);
  await eventually(() => sent.length === 1);
  await write(pool, 'after');
  await eventually(() => sent.length === 2);
  expect(sent[0]).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    source: schema,
    type: 'test.v1',
    key: 'before',
    data: { about: 'before' },
    at: expect.any(Date),
  });
  await first.stop();
  await write(pool, 'while away');
  await relayTo(bus);
  await eventually(() => sent.length === 3);
  expect(keys()).toEqual(['before', 'after', 'while away']);
});

test('a transaction that commits after a later one is not passed over', async () => {
  const { bus, keys } = remembering();
  await relayTo(bus);
  const slow = await pool.connect();
  await slow.query('BEGIN');
  await write(slow, 'slow');
  await write(pool, 'quick');
  await slow.query('COMMIT');
  slow.release();
  await eventually(() => keys().length === 2);
  expect(keys()).toEqual(['slow', 'quick']);
});

test('a bus that is away gets all when it is back, in order', async () => {
  let away = true;
  const { bus, keys } = remembering(async () => {
    if (away) throw new Error('the bus is away');
  });
  await relayTo(bus);
  await write(pool, 'one');
  await write(pool, 'two');
  const waiting = (count: number) => async () =>
    (await metrics.metrics()).includes(`meridian_relay_waiting{source="rides",program="test"} ${count}`);
  await eventually(waiting(2));
  away = false;
  // The bus has them a moment before that is noted.
  await eventually(waiting(0));
  expect(keys()).toEqual(['one', 'two']);
  expect(await metrics.metrics()).toContain(
    'meridian_relay_oldest_waiting_seconds{source="rides",program="test"} 0',
  );
});

test('of two relays one works; when its connection is cut the other goes on, and the same events keep their ids', async () => {
  const [one, two] = [remembering(), remembering()];
  await relayTo(one.bus);
  await write(pool, '0');
  await eventually(() => one.sent.length === 1);
  await relayTo(two.bus);
  for (let i = 1; i <= 40; i++) {
    await write(pool, String(i));
    if (i === 20)
      await pool.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'meridian-rides-relay'`,
      );
  }
  const all = () => new Map([...one.sent, ...two.sent].map(({ id, key }) => [id, key]));
  await eventually(() => all().size === 41);
  // Sent twice at most where one had not noted what it sent: by the same id, so that nobody hears it twice.
  const keys = Array.from({ length: 41 }, (_, i) => String(i));
  expect([...all()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, key]) => key)).toEqual(keys);
});
