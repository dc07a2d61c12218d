import { useTestDatabase } from '@meridian/testkit/database';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OpenPools, openPools } from '../import/pools.ts';
import { forEachSubgraph } from '../subgraph-names.ts';
import { hasData, loadDemoData } from './load.ts';

const database = useTestDatabase();
const now = new Date('2026-11-21T10:00:00Z');
let open: OpenPools;

beforeAll(async () => {
  open = await openPools(await forEachSubgraph(async (name) => database.urlFor(name)));
});
afterAll(() => open.close());

test('the demo data loads, obeys every constraint, and can be loaded again after a kill', async () => {
  const { pools } = open;
  expect(await hasData(pools)).toBe(false);
  const parts: string[] = [];
  const summary = await loadDemoData(pools, { now, onProgress: (part) => parts.push(part) });
  expect(parts).toEqual(['the shop', 'orders', 'rides', 'people']);
  expect(await hasData(pools)).toBe(true);

  const count = async (pool: keyof typeof pools, table: string) =>
    (await pools[pool].query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`)).rows[0]?.n;
  expect(await count('users', 'users')).toBe(summary.people);
  expect(await count('users', 'organisation_members')).toBe(3);
  expect(await count('catalog', 'products')).toBe(summary.products);
  expect(await count('orders', 'orders')).toBe(summary.orders);
  expect(await count('rides', 'rides')).toBe(summary.rides);

  await pools.users.query('DELETE FROM users');
  expect(await hasData(pools)).toBe(false);
  expect(await loadDemoData(pools, { now: new Date(now.getTime() + 60_000) })).toEqual(summary);
  expect(await hasData(pools)).toBe(true);
  expect(await count('orders', 'orders')).toBe(summary.orders);
});
