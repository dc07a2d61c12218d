import { useTestDatabase } from '@meridian/testkit/database';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newOrganisation } from '../testing/organisations.ts';
import { claimDeliveries, untilNextDue } from './claim-deliveries.ts';

const database = useTestDatabase();
const now = new Date('2026-11-21T10:00:00Z');
let client: pg.Client;
let pool: pg.Pool;
beforeAll(async () => {
  const login = { connectionString: database.urlFor('users'), options: '-c search_path=users' };
  client = new pg.Client(login);
  await client.connect();
  pool = new pg.Pool({ ...login, max: 1 });
});
afterAll(async () => {
  await client.end();
  await pool.end();
});

/** The statement that this sends. */
async function statementOf(send: (pool: pg.Pool) => Promise<unknown>): Promise<pg.QueryConfig> {
  let sent: pg.QueryConfig | undefined;
  const listening = new Proxy(pool, {
    get: (target, property) =>
      property !== 'query'
        ? Reflect.get(target, property)
        : (config: pg.QueryConfig) => {
            sent = config;
            return target.query(config);
          },
  });
  await send(listening);
  if (!sent) throw new Error('nothing was sent');
  return sent;
}

const literal = (value: unknown) =>
  pg.escapeLiteral(value instanceof Date ? value.toISOString() : String(value));

/** Pages of 8 kB that a statement touches, planned for any values or for these; it changes nothing. */
async function pagesOf({ text, values = [] }: pg.QueryConfig, plan: 'generic' | 'custom'): Promise<number> {
  await client.query(`BEGIN; SET LOCAL plan_cache_mode = force_${plan}_plan; PREPARE asked AS ${text}`);
  const { rows } = await client.query(
    `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE asked (${values.map(literal).join(', ')})`,
  );
  await client.query('ROLLBACK; DEALLOCATE asked');
  const { Plan } = rows[0]['QUERY PLAN'][0];
  return Plan['Shared Hit Blocks'] + Plan['Shared Read Blocks'];
}

async function pagesTouched(): Promise<number[]> {
  const claim = await statementOf((to) =>
    claimDeliveries(to, { now: new Date(0), most: 32, underWay: new Map() }),
  );
  claim.values?.splice(0, 1, now);
  const next = await statementOf((to) => untilNextDue(to, now));
  const touched: number[] = [];
  for (const statement of [claim, next])
    for (const plan of ['generic', 'custom'] as const) touched.push(await pagesOf(statement, plan));
  return touched;
}

/** Endpoints that have had one delivery each. */
async function grow(organisationId: string, from: number, to: number): Promise<void> {
  await client.query(
    `WITH added AS (
       INSERT INTO webhook_endpoints (id, organisation_id, url, types, secret)
       SELECT 'webhook_' || md5(n::text), $1, 'https://example.org/', '{}', '' FROM generate_series($2::int, $3::int) n
       RETURNING id)
     INSERT INTO webhook_deliveries (endpoint_id, round, event_xid, event_id, type, key, status, settled_at)
     SELECT id, 1, '1', 1, 'test.v1', 'key', 'DELIVERED', $4 FROM added`,
    [organisationId, from, to, now],
  );
}

test('who looks for what is due looks at those endpoints only that have something waiting', async () => {
  const { id: organisationId } = await newOrganisation(pool);
  await grow(organisationId, 1, 400);
  await client.query(
    `INSERT INTO webhook_deliveries (endpoint_id, round, event_xid, event_id, type, key, body, due_at)
     SELECT e.id, 1, '1', n, 'test.v1', 'key ' || n, '{}', $1
     FROM (SELECT id FROM webhook_endpoints ORDER BY id LIMIT 10) e, generate_series(2, 3) n`,
    [now],
  );
  const few = await pagesTouched();
  await grow(organisationId, 401, 20_000);
  const many = await pagesTouched();
  await client.query('ANALYZE webhook_endpoints, webhook_deliveries');
  const analyzed = await pagesTouched();
  // A level more in an index is a page more each time that it is entered: for ten endpoints and their deliveries.
  for (const [i, pages] of few.entries()) {
    expect(many[i], `statement ${i}`).toBeLessThan(pages + 400);
    expect(analyzed[i], `statement ${i}`).toBeLessThan(pages + 400);
  }
  const claimed = await claimDeliveries(pool, { now, most: 32, underWay: new Map() });
  expect(claimed).toHaveLength(20);
});
