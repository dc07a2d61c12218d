import { useTestDatabase } from '@meridian/testkit/database';
import { eventually } from '@meridian/testkit/eventually';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type EventLog, openEventLog } from './event-log/event-log.ts';
import type { Condition } from './event-log/read-page.ts';
import { trimLog } from './event-log/trim-log.ts';
import { createLogger } from './logger.ts';
import { type Notifications, openNotifications } from './notifications.ts';
import { startRetention } from './retention.ts';

const schema = 'catalog';
const outbox = { schema, table: 'outbox' };
const database = useTestDatabase();
const logger = createLogger('test', 'silent');
let pool: pg.Pool;
let notifications: Notifications;
let log: EventLog;

beforeAll(async () => {
  const url = database.urlFor(schema);
  pool = new pg.Pool({ connectionString: url, options: `-c search_path=${schema}` });
  notifications = openNotifications({ url, name: schema, logger });
});
beforeEach(async () => {
  for (const table of ['outbox', 'trimmed_logs', 'outbox_relays']) await pool.query(`DELETE FROM ${table}`);
  log = await openEventLog({ pool, schema, notifications, logger, kept: 1 });
  return () => log.stop();
});
afterAll(async () => {
  await notifications.close();
  await pool.end();
});

/** Writes events of so many hours ago, oldest first, and gives their cursors. */
async function write(...hoursAgo: number[]): Promise<string[]> {
  const cursors: string[] = [];
  let newest = '';
  for (const hours of hoursAgo) {
    const { rows } = await pool.query(
      `INSERT INTO outbox (type, key, data, created_at) VALUES ('test.v1', $1::text, '{}', now() - $1::text::int * interval '1 hour')
       RETURNING xid::text, id::text`,
      [hours],
    );
    newest = rows[0].id;
    cursors.push(log.cursorOf({ xid: BigInt(rows[0].xid), id: BigInt(rows[0].id) }));
  }
  const isNewest: Condition = (value) => `event.id = ${value(newest)}`;
  await eventually(async () => (await log.read({ first: 1, where: isNewest })).events.length === 1);
  return cursors;
}
const keptKeys = async () =>
  (await pool.query('SELECT key FROM outbox ORDER BY xid, id')).rows.map(({ key }) => key);

test('what is older goes, and who comes with a cursor from before it is told where the rest begins', async () => {
  const [first, second, third] = await write(30, 20, 10, 0);
  expect(await trimLog(pool, { ...outbox, hours: 15, rows: 100 })).toBe(2);
  expect(await keptKeys()).toEqual(['10', '0']);

  const expired = { extensions: { code: 'CURSOR_EXPIRED', resumeFrom: second } };
  await expect(log.stream({ after: first })).rejects.toMatchObject(expired);
  await expect(log.read({ after: first, first: 10 })).rejects.toMatchObject(expired);
  // The last that is gone misses nothing.
  const resumed = await log.stream({ after: second });
  expect((await resumed.next()).value.cursor).toBe(third);
  await resumed.return?.();
  expect((await log.read({ first: 10 })).events[0]?.cursor).toBe(third);
});

test('beyond the number of rows the oldest go, however young', async () => {
  await write(3, 2, 1, 0);
  expect(await trimLog(pool, { ...outbox, hours: 100, rows: 3 })).toBe(1);
  expect(await keptKeys()).toEqual(['2', '1', '0']);
});

test('nothing that is to be kept is passed over: the log stays whole from somewhere on', async () => {
  await write(1, 30, 30);
  expect(await trimLog(pool, { ...outbox, hours: 15, rows: 100 })).toBe(0);
  expect(await keptKeys()).toEqual(['1', '30', '30']);
});

test('what the bus does not have yet is kept', async () => {
  await write(30, 30, 30);
  await pool.query(
    `INSERT INTO outbox_relays (name, xid, id) SELECT 'bus', xid, id FROM outbox ORDER BY xid, id LIMIT 1`,
  );
  expect(await trimLog(pool, { ...outbox, hours: 15, rows: 100 })).toBe(1);
  expect(await trimLog(pool, { ...outbox, hours: 15, rows: 1 })).toBe(0);
  expect(await keptKeys()).toEqual(['30', '30']);
});

test('a reader that is so slow that its place is trimmed learns it, and from where it can go on', async () => {
  await write(0);
  const slow = await log.stream({});
  await write(30, 30, 30);
  const cursors = await write(0);
  await trimLog(pool, { ...outbox, hours: 15, rows: 1 });
  await expect(slow.next()).rejects.toMatchObject({ extensions: { code: 'CURSOR_EXPIRED' } });
  await slow.return?.();
  expect((await log.read({ first: 10 })).events.map(({ cursor }) => cursor)).toEqual(cursors);
});

test('many at once trim a log of many batches exactly once, while it is written and read', async () => {
  await pool.query(
    `INSERT INTO outbox (type, key, data, created_at)
     SELECT 'test.v1', n, '{}', now() - interval '30 hours' FROM generate_series(1, 2500) n`,
  );
  await pool.query(`INSERT INTO idempotency_keys (viewer_id, key, request_hash, created_at)
    SELECT 'user_a', n, '', now() - n * interval '1 minute' FROM generate_series(0, 2000) n`);
  const reader = await log.stream({ after: (await write(0))[0] ?? '' });
  const settings = {
    OUTBOX_RETENTION_HOURS: 15,
    OUTBOX_RETENTION_MB: 100,
    IDEMPOTENCY_RETENTION_HOURS: 10,
  };
  const trimmers = [1, 2, 3].map(() =>
    startRetention({ pool, schema, tables: ['outbox'], settings, logger }),
  );
  const young = write(0, 0);
  await eventually(async () => {
    for (const trimmer of trimmers) trimmer.wake();
    return (await keptKeys()).length === 3;
  });
  const told = [await reader.next(), await reader.next()].map(({ value }) => value.cursor);
  expect(told).toEqual(await young);
  await eventually(async () => {
    const { rows } = await pool.query('SELECT count(*)::int FROM idempotency_keys');
    return rows[0].count === 600;
  });
  for (const trimmer of trimmers) await trimmer.stop();
  await reader.return?.();
});
