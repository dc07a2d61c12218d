import { newId } from '@meridian/kernel/ids';
import { useTestDatabase } from '@meridian/testkit/database';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newOrganisation } from '../testing/organisations.ts';
import { claimDeliveries, untilNextDue } from './claim-deliveries.ts';
import { leaseMs } from './schedule.rules.ts';

const database = useTestDatabase();
let pool: pg.Pool;
const now = new Date('2026-11-21T10:00:00Z');
const none: ReadonlyMap<string, number> = new Map();

beforeAll(() => {
  pool = new pg.Pool({
    connectionString: database.urlFor('users'),
    options: '-c search_path=users',
    max: 12,
  });
});
afterAll(() => pool.end());

/** An endpoint with deliveries of so many subjects, all due. */
async function endpoint(subjects: number): Promise<string> {
  const { id: organisationId } = await newOrganisation(pool);
  const id = newId('webhook');
  await pool.query(
    `INSERT INTO webhook_endpoints (id, organisation_id, url, types, secret)
     VALUES ($1, $2, 'https://example.org/', '{}', '')`,
    [id, organisationId],
  );
  await pool.query(
    `INSERT INTO webhook_deliveries (endpoint_id, round, event_xid, event_id, type, key, body, due_at)
     SELECT $1, 1, '1', n, 'test.v1', 'key_' || n, '{}', $2 FROM generate_series(1, $3) n`,
    [id, now, subjects],
  );
  return id;
}
const forget = () => pool.query('DELETE FROM webhook_endpoints');

test('of many that claim at once, each delivery goes to one', async () => {
  for (let i = 0; i < 10; i++) await endpoint(8);
  for (let round = 0; round < 10; round++) {
    const claimed = (
      await Promise.all(
        Array.from({ length: 12 }, () => claimDeliveries(pool, { now, most: 40, underWay: none })),
      )
    ).flat();
    expect(claimed.length).toBeGreaterThan(0);
    expect(new Set(claimed.map(({ id }) => id)).size).toBe(claimed.length);
    expect(claimed.every(({ attempts }) => attempts === round + 1)).toBe(true);
    // All are due again, and equally often tried.
    await pool.query('UPDATE webhook_deliveries SET due_at = $1, attempts = $2', [now, round + 1]);
  }
  await forget();
});

test('an endpoint has eight under way at most, one that fails a single one', async () => {
  const [well, ill] = [await endpoint(20), await endpoint(20)];
  await pool.query('UPDATE webhook_endpoints SET failing_since = $1 WHERE id = $2', [now, ill]);
  const of = async (underWay: ReadonlyMap<string, number>) => {
    const claimed = await claimDeliveries(pool, { now, most: 100, underWay });
    return [well, ill].map((id) => claimed.filter(({ endpointId }) => endpointId === id).length);
  };
  expect(await of(new Map([[well, 5]]))).toEqual([3, 1]);
  expect(
    await of(
      new Map([
        [well, 8],
        [ill, 1],
      ]),
    ),
  ).toEqual([0, 0]);
  expect(await of(none)).toEqual([8, 1]);
  await forget();
});

test('endpoints for which there is always something do not keep others waiting', async () => {
  const all = await Promise.all(Array.from({ length: 6 }, () => endpoint(50)));
  const served = new Set<string>();
  let last: string | undefined;
  for (const _ of all) {
    const claimed = await claimDeliveries(pool, { now, most: 8, underWay: none, last });
    for (const { endpointId } of claimed) served.add(endpointId);
    last = claimed.at(-1)?.endpointId;
  }
  expect(served).toEqual(new Set(all));
  await forget();
});

test('endpoints that are well come before those that fail', async () => {
  const failing = await Promise.all(Array.from({ length: 5 }, () => endpoint(1)));
  await pool.query('UPDATE webhook_endpoints SET failing_since = $1 WHERE id = ANY ($2)', [now, failing]);
  const well = await endpoint(2);
  const claimed = await claimDeliveries(pool, { now, most: 4, underWay: none });
  const of = (id: string) => claimed.filter(({ endpointId }) => endpointId === id).length;
  expect([claimed.length, of(well)]).toEqual([4, 2]);
  await forget();
});

test('what was claimed is due again when its lease ends, and nobody waits for longer than that', async () => {
  await endpoint(1);
  const [first] = await claimDeliveries(pool, { now, most: 1, underWay: none });
  const early = { now: new Date(now.getTime() + leaseMs - 1), most: 1, underWay: none };
  expect(await claimDeliveries(pool, early)).toEqual([]);
  expect(await untilNextDue(pool, early.now)).toBe(1);
  const [again] = await claimDeliveries(pool, { ...early, now: new Date(now.getTime() + leaseMs) });
  expect(again).toMatchObject({ id: first?.id, attempts: 2 });
  await forget();
  expect(await untilNextDue(pool, now)).toBeNull();
});

test('the database itself refuses two deliveries of one subject that are due', async () => {
  const id = await endpoint(2);
  await expect(
    pool.query("UPDATE webhook_deliveries SET key = 'key_1' WHERE endpoint_id = $1", [id]),
  ).rejects.toThrow('webhook_deliveries_one_of_key');
  await forget();
});
