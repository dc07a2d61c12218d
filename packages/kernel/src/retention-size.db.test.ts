import { useTestDatabase } from '@meridian/testkit/database';
import { eventually } from '@meridian/testkit/eventually';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bytesPerEvent } from './event-log/event-size.ts';
import { createLogger } from './logger.ts';
import { startRetention } from './retention.ts';

const schema = 'catalog';
const database = useTestDatabase();
let pool: pg.Pool;
/** May make tables and empty them, which the subgraph may not. */
let owner: pg.Client;
beforeAll(async () => {
  owner = new pg.Client({
    connectionString: database.adminUrl,
    options: `-c search_path=${schema}`,
  });
  await owner.connect();
  pool = new pg.Pool({ connectionString: database.urlFor(schema), options: `-c search_path=${schema}` });
});
afterAll(async () => {
  await owner.end();
  await pool.end();
});

/** Events with so many bytes of data that do not compress, like ids. */
const write = (events: number, bytes: number) =>
  pool.query(
    `INSERT INTO outbox (type, key, data)
     SELECT 'price.changed.v1', 'variant_' || md5(n::text), jsonb_build_object('x', (
       SELECT string_agg(md5(n || '.' || i), '') FROM generate_series(1, $2::int / 32) i))
     FROM generate_series(1, $1::int) n`,
    [events, bytes],
  );
const count = async () =>
  (await pool.query<{ n: number }>('SELECT count(*)::int AS n FROM outbox')).rows[0]?.n;
/** What the log takes when nothing in it is free: a copy of it, since vacuuming leaves what somebody may still see. */
async function compactBytes(): Promise<number> {
  await owner.query('CREATE TABLE compact (LIKE outbox INCLUDING ALL)');
  await owner.query('INSERT INTO compact SELECT * FROM outbox');
  const { rows } = await owner.query(`SELECT pg_total_relation_size('compact')::float8 AS bytes`);
  await owner.query('DROP TABLE compact');
  return rows[0].bytes;
}

/** Trims to so many megabytes until nothing changes any more. */
async function trimTo(megabytes: number): Promise<void> {
  const settings = {
    OUTBOX_RETENTION_HOURS: 1_000,
    OUTBOX_RETENTION_MB: megabytes,
    IDEMPOTENCY_RETENTION_HOURS: 1,
  };
  const logger = createLogger('test', 'silent');
  const retention = startRetention({ pool, schema, tables: ['outbox'], settings, logger });
  const size = (await bytesPerEvent(pool, { schema, table: 'outbox' })) ?? Number.NaN;
  // Events of one test are all of one size, so that a sample tells it nearly exactly.
  await eventually(
    async () => {
      // What is open in other databases of the server holds back what may go, and the next round is a minute away.
      retention.wake();
      return ((await count()) ?? 0) * size < megabytes * 1_020_000;
    },
    { every: 100 },
  );
  await retention.stop();
}

test.each([
  ['small', 20_000, 64, 4],
  ['as they are', 12_000, 500, 5],
  ['too large for a page', 700, 12_000, 5],
])(
  'a log of events that are %s is kept within the megabytes that it may take',
  async (_size, events, bytes, megabytes) => {
    await owner.query('TRUNCATE outbox, trimmed_logs');
    await write(events, bytes);
    expect(await compactBytes()).toBeGreaterThan(megabytes * 1_000_000);
    await trimTo(megabytes);
    const kept = await compactBytes();
    expect(kept / 1_000_000).toBeLessThan(megabytes * 1.25);
    expect(kept / 1_000_000).toBeGreaterThan(megabytes * 0.7);
  },
);

test('a log that is short enough is left alone, however large its table has been', async () => {
  await owner.query('TRUNCATE outbox, trimmed_logs');
  await write(10_000, 500);
  await trimTo(2);
  const before = await count();
  for (let round = 0; round < 5; round++) await trimTo(2);
  const after = await count();
  // By another sample it may be a few more or less.
  expect(after).toBeGreaterThan((before ?? 0) * 0.9);
  expect(await bytesPerEvent(pool, { schema, table: 'outbox' })).toBeGreaterThan(600);
  await owner.query('TRUNCATE outbox');
  expect(await bytesPerEvent(pool, { schema, table: 'outbox' })).toBeNull();
});
