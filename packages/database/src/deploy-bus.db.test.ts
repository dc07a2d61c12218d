import { useTestDatabase } from '@meridian/testkit/database';
import pg from 'pg';
import { expect, test } from 'vitest';
import { deployBus } from './deploy.ts';

const database = useTestDatabase();

const as = async (schema: string, sql: string): Promise<unknown> => {
  const client = new pg.Client({ connectionString: database.urlFor(schema) });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
};

test('the role of the bus sees its own schema and no other, and makes no tables', async () => {
  expect(await as('bus', 'SELECT name FROM bus.queue')).toEqual([]);
  const denied = { code: '42501' };
  await expect(as('bus', 'SELECT FROM orders.orders')).rejects.toMatchObject(denied);
  await expect(as('bus', 'SELECT FROM orders.outbox')).rejects.toMatchObject(denied);
  await expect(as('bus', 'CREATE TABLE bus.mine ()')).rejects.toMatchObject(denied);
});

test('the role of a subgraph does not see the bus', async () => {
  await expect(as('orders', 'SELECT FROM bus.job')).rejects.toMatchObject({ code: '42501' });
});

test('deploying the bus again, and twice at once, changes nothing', async () => {
  const version = () => as('bus', 'SELECT version FROM bus.version');
  const before = await version();
  await Promise.all([1, 2].map(() => deployBus(database.adminUrl, database.urlFor('bus'))));
  expect(await version()).toEqual(before);
});
