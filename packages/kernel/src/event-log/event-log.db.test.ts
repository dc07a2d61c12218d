import { useTestDatabase } from '@meridian/testkit/database';
import { eventually } from '@meridian/testkit/eventually';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../logger.ts';
import { type Notifications, openNotifications } from '../notifications.ts';
import { type EventLog, openEventLog } from './event-log.ts';
import type { EventStream } from './event-stream.ts';

/** Any subgraph's log does: all have the same. */
const schema = 'catalog';
const database = useTestDatabase();
const logger = createLogger('test', 'silent');
let pool: pg.Pool;
let notifications: Notifications;
let log: EventLog;
const invalidated: string[] = [];

beforeAll(async () => {
  const url = database.urlFor(schema);
  pool = new pg.Pool({ connectionString: url, options: `-c search_path=${schema}` });
  await write(pool, 'before the start');
  notifications = openNotifications({ url, name: schema, logger });
  log = await openEventLog({
    pool,
    schema,
    notifications,
    logger,
    before: async ({ key }) => {
      invalidated.push(key);
    },
  });
  // Transactions of other databases on the server hold it back, too: what begins before it is free would be told of it.
  await eventually(() => invalidated.length === 1);
});
afterAll(async () => {
  await log.stop();
  await notifications.close();
  await pool.end();
});

const write = (on: pg.Pool | pg.PoolClient, key: string) =>
  on.query("INSERT INTO outbox (type, key, data) VALUES ('test.v1', $1, '{}')", [key]);

/** Collects what a stream tells until it is ended. */
function collect(stream: EventStream): { keys: string[]; done: Promise<void> } {
  const keys: string[] = [];
  const done = (async () => {
    for await (const { key } of stream) keys.push(key);
  })();
  return { keys, done };
}

test('a transaction that commits after a later one is not passed over', async () => {
  const stream = await log.stream({ types: ['test.v1'] });
  const heard = collect(stream);
  const [slow, quick] = [await pool.connect(), await pool.connect()];
  await slow.query('BEGIN');
  await write(slow, 'slow: numbered first');
  await quick.query('BEGIN');
  await write(quick, 'quick: committed first');
  await quick.query('COMMIT');
  await slow.query('COMMIT');
  slow.release();
  quick.release();
  await eventually(() => heard.keys.length === 2);
  expect(heard.keys).toEqual(['slow: numbered first', 'quick: committed first']);
  await stream.return?.();
  await heard.done;
});

test('a row that is set free between two looks of the reader is told, though nobody notifies again', async () => {
  const older = await pool.connect();
  let reads = 0;
  /** The pool of a reader that is overtaken: right after its first look at the held-back row, the older one ends. */
  const overtaken = new Proxy(pool, {
    get: (target, property) =>
      property !== 'query'
        ? Reflect.get(target, property)
        : async (query: pg.QueryConfig, values?: unknown[]) => {
            const result = await target.query(query, values);
            if (query.name === 'read-catalog.outbox' && armed && ++reads === 1) await older.query('COMMIT');
            return result;
          },
  });
  let armed = false;
  const own = openNotifications({ url: database.urlFor(schema), name: schema, logger });
  const reader = await openEventLog({ pool: overtaken, schema, notifications: own, logger });
  const stream = await reader.stream({ keys: ['set free'] });
  const heard = collect(stream);

  await older.query('BEGIN');
  await older.query('SELECT pg_current_xact_id()');
  armed = true;
  await write(pool, 'set free');
  await eventually(() => heard.keys.length === 1);
  older.release();
  await stream.return?.();
  await heard.done;
  await reader.stop();
  await own.close();
});

test('a hundred transactions that commit in any order are all told, each once, those of one key in order', async () => {
  const stream = await log.stream({ types: ['test.v1'], accept: ({ key }) => key.startsWith('race') });
  const heard = collect(stream);
  await Promise.all(
    Array.from({ length: 100 }, async (_, i) => {
      const client = await pool.connect();
      await client.query('BEGIN');
      await write(client, `race ${i} a`);
      await client.query('SELECT pg_sleep(random() / 50)');
      await write(client, `race ${i} b`);
      await client.query(i % 10 === 9 ? 'ROLLBACK' : 'COMMIT');
      client.release();
    }),
  );
  await eventually(() => heard.keys.length >= 180);
  expect(new Set(heard.keys).size).toBe(180);
  for (let i = 0; i < 100; i++)
    if (i % 10 !== 9)
      expect(heard.keys.indexOf(`race ${i} a`)).toBeLessThan(heard.keys.indexOf(`race ${i} b`));
  expect(heard.keys.every((key) => invalidated.includes(key))).toBe(true);
  await stream.return?.();
  await heard.done;
});

test('what was written while the listening connection was lost is told when it is back', async () => {
  const stream = await log.stream({ accept: ({ key }) => key.startsWith('lost') });
  const heard = collect(stream);
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  await admin.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'meridian-catalog-listen'`,
  );
  await admin.end();
  await write(pool, 'lost 1');
  await write(pool, 'lost 2');
  await eventually(() => heard.keys.length === 2);
  expect(heard.keys).toEqual(['lost 1', 'lost 2']);
  await stream.return?.();
  await heard.done;
});

test('a stream begins now, but what the last events made old is forgotten, because a killed process may not have', async () => {
  expect(invalidated[0]).toBe('before the start');
  const stream = await log.stream({});
  const heard = collect(stream);
  await write(pool, 'now');
  await eventually(() => heard.keys.length > 0);
  expect(heard.keys).toEqual(['now']);
  await stream.return?.();
  await heard.done;
});
