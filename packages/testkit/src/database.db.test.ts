import { withClient } from '@meridian/database/connection';
import pg from 'pg';
import { expect, test } from 'vitest';
import { createTestDatabase, useTestDatabase } from './database.ts';

const database = useTestDatabase();

test('each test file has a database of its own', async () => {
  const other = await createTestDatabase();
  await withClient(database.adminUrl, (client) => client.query('CREATE TABLE mark ()'));
  const found = await withClient(other.adminUrl, (client) =>
    client.query(`SELECT to_regclass('mark') AS mark`),
  );
  expect(found.rows).toEqual([{ mark: null }]);
  await other.drop();
  await expect(withClient(other.adminUrl, async () => {})).rejects.toThrow('no database of that name');
});

test('a connection left open is reported with what it did', async () => {
  const leaky = await createTestDatabase();
  const client = new pg.Client({ connectionString: leaky.adminUrl, application_name: 'forgetful' });
  client.on('error', () => {});
  await client.connect();
  await client.query('SELECT 42');
  await expect(leaky.drop(0)).rejects.toThrow(/1 connections.*left open[\s\S]*forgetful, idle, SELECT 42/);
  await client.end();
});

test('a role of no subgraph is not let in', async () => {
  await expect(withClient(database.urlFor('nobody'), async () => {})).rejects.toThrow('Cannot connect');
});
