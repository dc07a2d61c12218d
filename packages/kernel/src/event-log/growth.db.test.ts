import { useTestDatabase } from '@meridian/testkit/database';
import { eventually } from '@meridian/testkit/eventually';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../logger.ts';
import { openNotifications } from '../notifications.ts';
import { openEventLog } from './event-log.ts';
import { trimLog } from './trim-log.ts';

const schema = 'catalog';
const database = useTestDatabase();
const logger = createLogger('test', 'silent');
let client: pg.Client;

beforeAll(async () => {
  client = new pg.Client({ connectionString: database.urlFor(schema), options: `-c search_path=${schema}` });
  await client.connect();
});
afterAll(() => client.end());

type Statement = { name: string | undefined; text: string; values: unknown[] };

/** The statements that a log sends while it is opened, read from near its end by key, by type and as it is, and trimmed. */
async function statements(): Promise<Statement[]> {
  const sent: Statement[] = [];
  const pool = new pg.Pool({
    connectionString: database.urlFor(schema),
    options: `-c search_path=${schema}`,
  });
  const listening = new Proxy(pool, {
    get: (target, property) =>
      property !== 'query'
        ? Reflect.get(target, property)
        : (query: string | pg.QueryConfig, values?: unknown[]) => {
            const config: pg.QueryConfig = typeof query === 'string' ? { text: query } : query;
            sent.push({ name: config.name, text: config.text, values: values ?? config.values ?? [] });
            return target.query(query as string, values);
          },
  });
  const notifications = openNotifications({ url: database.urlFor(schema), name: schema, logger });
  const log = await openEventLog({ pool: listening, schema, notifications, logger, kept: 10 });
  const { rows } = await pool.query(
    'SELECT xid, id FROM outbox ORDER BY xid DESC, id DESC OFFSET 40 LIMIT 1',
  );
  const after = log.cursorOf({ xid: BigInt(rows[0].xid), id: BigInt(rows[0].id) });
  for (const filter of [{}, { types: ['rare.v1'] }, { keys: ['7', '8'] }])
    await log.read({ ...filter, after, first: 20 });
  await trimLog(listening, { schema, table: 'outbox', hours: 1_000, rows: 1_000_000 });
  await log.stop();
  await notifications.close();
  await pool.end();
  return sent;
}

const literal = (value: unknown) =>
  pg.escapeLiteral(Array.isArray(value) ? `{${value.join(',')}}` : String(value));

/**
 * Pages of 8 kB that each statement touches. One with a name is planned once, for all values and at the first time, as a
 * connection that lives long comes to do it; any other is planned each time.
 */
async function pagesTouched(): Promise<number[]> {
  const touched: number[] = [];
  for (const [i, { name, text, values }] of (await statements()).entries()) {
    const planned = `statement_${i}`;
    const { rowCount } = await client.query('SELECT FROM pg_prepared_statements WHERE name = $1', [planned]);
    if (rowCount && !name) await client.query(`DEALLOCATE ${planned}`);
    if (!rowCount || !name) await client.query(`PREPARE ${planned} AS ${text}`);
    await client.query(`SET plan_cache_mode = ${name ? 'force_generic_plan' : 'force_custom_plan'}`);
    const { rows } = await client.query(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE ${planned} (${values.map(literal).join(', ')})`,
    );
    const { Plan } = rows[0]['QUERY PLAN'][0];
    touched.push(Plan['Shared Hit Blocks'] + Plan['Shared Read Blocks']);
  }
  return touched;
}

async function grow(from: number, to: number): Promise<void> {
  await client.query(
    `INSERT INTO outbox (type, key, data)
     SELECT 'test.v1', n % 1000, '{"some":"data"}' FROM generate_series($1::int, $2::int) n`,
    [from, to],
  );
  // A transaction of any database of the server holds back what was written after it began.
  await eventually(async () => {
    const { rows } = await client.query(
      'SELECT max(xid) < pg_snapshot_xmin(pg_current_snapshot()) AS "isFree" FROM outbox',
    );
    return rows[0].isFree;
  });
}

test('reading the end of a log touches no more pages when it is fifty times as long', async () => {
  await grow(1, 2_000);
  const short = await pagesTouched();
  await grow(2_001, 100_000);
  const long = await pagesTouched();
  await client.query('ANALYZE outbox');
  const analyzed = await pagesTouched();
  expect(short).toHaveLength(10);
  // A level more in an index is a page more each time that it is entered.
  for (const [i, pages] of short.entries()) {
    expect(long[i], `statement ${i}`).toBeLessThan(pages + 20);
    expect(analyzed[i], `statement ${i}`).toBeLessThan(pages + 20);
  }
});
