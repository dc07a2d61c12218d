import { randomBytes } from 'node:crypto';
import { createTestDatabase, useTestDatabase } from '@meridian/testkit/database';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withClient } from './connection.ts';
import { provision } from './provision.ts';
import { subgraphUrl, withDatabase } from './subgraph-url.ts';

const database = useTestDatabase();
/** Roles belong to the whole server, so that each run needs its own. */
const run = randomBytes(4).toString('hex');
const [reader, writer] = [`reader_${run}`, `writer_${run}`];
const urlOf = (schema: string) => subgraphUrl(database.adminUrl, schema);
const logins = () => [reader, writer].map((schema) => ({ schema, url: urlOf(schema) }));

const ask = (url: string, sql: string) =>
  withClient(url, async (client) => (await client.query<Record<string, unknown>>(sql)).rows);

beforeAll(async () => {
  // Two programs may start on a new database at once.
  await Promise.all([provision(database.adminUrl, logins()), provision(database.adminUrl, logins())]);
  await ask(database.adminUrl, `CREATE TABLE ${writer}.things (id bigserial PRIMARY KEY, name citext)`);
});

afterAll(async () => {
  for (const schema of [reader, writer])
    await ask(database.adminUrl, `DROP OWNED BY meridian_${schema} CASCADE; DROP ROLE meridian_${schema}`);
});

test('a role reads and writes the tables of its own schema, also those made later', async () => {
  const url = urlOf(writer);
  expect(await ask(url, `INSERT INTO ${writer}.things (name) VALUES ('Ab') RETURNING id`)).toEqual([
    { id: '1' },
  ]);
  expect(await ask(url, `UPDATE ${writer}.things SET name = 'Cd' WHERE name = 'ab' RETURNING name`)).toEqual([
    { name: 'Cd' },
  ]);
  expect(await ask(url, `DELETE FROM ${writer}.things RETURNING id`)).toHaveLength(1);
});

test.each([
  [
    'reads the tables of another schema',
    () => `SELECT * FROM ${writer}.things`,
    'permission denied for schema',
  ],
  ['makes tables in its own schema', () => `CREATE TABLE ${reader}.mine ()`, 'permission denied for schema'],
  ['makes tables in public', () => 'CREATE TABLE public.mine ()', 'permission denied for schema'],
  ['makes schemas', () => 'CREATE SCHEMA mine', 'permission denied for database'],
  ['makes roles', () => 'CREATE ROLE mine', 'permission denied to create role'],
  ['becomes another role', () => `SET ROLE meridian_${writer}`, 'permission denied to set role'],
  ['reads passwords', () => 'SELECT * FROM pg_authid', 'permission denied for table pg_authid'],
  ['reads files', () => `SELECT pg_read_file('PG_VERSION')`, 'permission denied for function'],
])('no role %s', async (_, sql, refusal) => {
  await expect(ask(urlOf(reader), sql())).rejects.toThrow(refusal);
});

test('a role truncates nothing, not even its own', async () => {
  await expect(ask(urlOf(writer), `TRUNCATE ${writer}.things`)).rejects.toThrow(
    'permission denied for table',
  );
});

test('a role is let into the database that was provisioned for it, and into no other', async () => {
  const other = await createTestDatabase();
  await expect(ask(withDatabase(urlOf(reader), 'postgres'), 'SELECT 1')).rejects.toThrow('permission denied');
  await expect(
    ask(withDatabase(urlOf(reader), new URL(other.adminUrl).pathname.slice(1)), 'SELECT 1'),
  ).rejects.toThrow('permission denied');
  await other.drop();
});

test('a new secret gives the roles new passwords', async () => {
  const renewed = subgraphUrl(database.adminUrl, reader, 'another secret');
  await provision(database.adminUrl, [{ schema: reader, url: renewed }]);
  expect(await ask(renewed, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await expect(ask(urlOf(reader), 'SELECT 1')).rejects.toThrow('the user or the password is wrong');
});
