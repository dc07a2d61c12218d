import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useTestDatabase } from '@meridian/testkit/database';
import { eventually } from '@meridian/testkit/eventually';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withClient } from './connection.ts';
import { migrate } from './migrate.ts';

const database = useTestDatabase();
let directory = '';
let schema = '';
let schemas = 0;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'meridian-migrations-'));
  schema = `migrate_${++schemas}`;
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function write(name: string, sql: string): void {
  mkdirSync(join(directory, name), { recursive: true });
  writeFileSync(join(directory, name, 'migration.sql'), sql);
}

const deploy = () => migrate({ url: database.adminUrl, schema, directory });
const ask = (sql: string) =>
  withClient(database.adminUrl, async (client) => (await client.query<Record<string, unknown>>(sql)).rows);

test('applies what is new, in order, into the schema', async () => {
  write('20260101000000_first', 'CREATE TABLE things (id int PRIMARY KEY);');
  expect(await deploy()).toEqual({ applied: ['20260101000000_first'] });
  write('20260102000000_second', 'ALTER TABLE things ADD COLUMN name citext;');
  write('20260103000000_third', 'CREATE INDEX ON things (name);');
  expect(await deploy()).toEqual({ applied: ['20260102000000_second', '20260103000000_third'] });
  expect(await deploy()).toEqual({ applied: [] });
  expect(await ask(`SELECT * FROM ${schema}.things`)).toEqual([]);
  expect(await ask(`SELECT count(*)::int AS applied FROM ${schema}._prisma_migrations`)).toEqual([
    { applied: 3 },
  ]);
});

test('a semicolon inside a function does not end a statement', async () => {
  write(
    '20260101000000_function',
    `CREATE FUNCTION answer() RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; RETURN 42; END; $$;`,
  );
  await deploy();
  expect(await ask(`SELECT ${schema}.answer() AS answer`)).toEqual([{ answer: 42 }]);
});

test('of two deployments at once one applies, and the other finds nothing to do', async () => {
  write('20260101000000_first', 'CREATE TABLE things (id int PRIMARY KEY); SELECT pg_sleep(0.1);');
  const outcomes = await Promise.all([deploy(), deploy(), deploy()]);
  expect(outcomes.flatMap(({ applied }) => applied)).toEqual(['20260101000000_first']);
});

test('a failure names the subgraph, the migration and what the database said; later deployments stop there', async () => {
  write('20260101000000_first', 'CREATE TABLE things (id int PRIMARY KEY);');
  write('20260102000000_broken', '-- Insert\nINSERT INTO nothings VALUES (1);');
  const failure = await deploy().catch((error: Error) => error);
  expect(failure).toMatchObject({ name: 'DatabaseSetupError' });
  expect(String(failure)).toContain(`The migrations of ${schema} (${directory}) could not be applied`);
  expect(String(failure)).toContain(
    '20260102000000_broken: relation "nothings" does not exist (line 2, SQLSTATE 42P01)',
  );
  await expect(deploy()).rejects.toThrow(/20260102000000_broken.*failed[\s\S]*migrate resolve/);
});

test('the lock is let go, also after a failure', async () => {
  write('20260101000000_broken', 'this is no SQL;');
  await expect(deploy()).rejects.toThrow('syntax error');
  // The server takes a moment to notice that a connection has gone.
  await eventually(async () => {
    const held = await ask(
      `SELECT l.* FROM pg_locks l JOIN pg_database d ON d.oid = l.database
       WHERE l.locktype = 'advisory' AND d.datname = current_database()`,
    );
    return held.length === 0;
  });
});
