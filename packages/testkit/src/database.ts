import { randomBytes } from 'node:crypto';
import { withClient } from '@meridian/database/connection';
import { admitOnly } from '@meridian/database/provision';
import { roleOf, subgraphUrl, withDatabase } from '@meridian/database/subgraph-url';
import { afterAll, beforeAll, inject } from 'vitest';
import { eventually } from './eventually.ts';
import './provided-context.ts';

export type TestDatabase = {
  /** Login URL of the administrator, on this database. */
  adminUrl: string;
  /** Login URL of the role that a subgraph (or `bus`) runs as, on this database. */
  urlFor(schema: string): string;
  /**
   * Removes the database.
   * @param within how long those who have just gone may take to be noticed by the server, in ms
   * @throws when connections to it were left open
   */
  drop(within?: number): Promise<void>;
};

/** A database of its own with all migrations applied, cloned from the template of the run. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { adminUrl: server, template, schemas } = inject('testDatabases');
  const name = `meridian_test_${randomBytes(6).toString('hex')}`;
  await withClient(server, async (client) => {
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
    await admitOnly(client, name, schemas.map(roleOf));
  });
  const adminUrl = withDatabase(server, name);
  return {
    adminUrl,
    urlFor: (schema) => subgraphUrl(adminUrl, schema),
    drop: async (within = 30_000) => {
      const leaked = await leftOpen(server, name, within);
      await withClient(server, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
      if (leaked.length > 0)
        throw new Error(
          `${leaked.length} connections to the test database were left open; close them in afterAll:\n` +
            leaked.map((line) => `  ${line}`).join('\n'),
        );
    },
  };
}

/** A database for the tests of one file: made before them, dropped after them, and a leaked connection fails the file. */
export function useTestDatabase(): Omit<TestDatabase, 'drop'> {
  let database: TestDatabase | undefined;
  const opened = () => {
    if (!database)
      throw new Error('The test database is there from beforeAll on, not while tests are collected');
    return database;
  };
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database?.drop());
  return {
    get adminUrl() {
      return opened().adminUrl;
    },
    urlFor: (schema) => opened().urlFor(schema),
  };
}

/** Who is still connected, once the server has noticed those who have just gone. */
async function leftOpen(server: string, database: string, within: number): Promise<string[]> {
  return withClient(server, async (client) => {
    const sessions = async () => {
      const { rows } = await client.query<{ session: string }>(
        `SELECT concat_ws(', ', usename, nullif(application_name, ''), state, left(query, 120)) AS session
           FROM pg_stat_activity
          WHERE datname = $1 AND backend_type = 'client backend'`,
        [database],
      );
      return rows.map(({ session }) => session);
    };
    return eventually(async () => (await sessions()).length === 0, { within })
      .then(() => [])
      .catch(sessions);
  });
}
