import type pg from 'pg';
import { withClient } from './connection.ts';
import { createExtensions, type MissingExtension } from './extensions.ts';
import { scramVerifier } from './scram-verifier.ts';
import { DatabaseSetupError, errorCode } from './setup-error.ts';
import { takeSetupLock } from './setup-lock.ts';
import { databaseOf } from './subgraph-url.ts';

export type SchemaLogin = {
  /** The Postgres schema. */
  schema: string;
  /** The login URL that the runtime shall have: user and password are taken from it. */
  url: string;
};

export type Provisioned = {
  /** Extensions that this server lacks or does not let us create, with its reason. */
  missingExtensions: MissingExtension[];
};

/**
 * Makes each schema, owned by the administrator, and its login role, which may read and write rows of its own schema and
 * nothing else: no tables made, no other schema seen. Safe to repeat and to run twice at once.
 * @throws DatabaseSetupError
 */
export async function provision(adminUrl: string, logins: readonly SchemaLogin[]): Promise<Provisioned> {
  return withClient(adminUrl, async (client) => {
    await takeSetupLock(client);
    const missingExtensions = await createExtensions(client);
    await client.query('REVOKE CREATE ON SCHEMA public FROM PUBLIC');
    for (const { schema, url } of logins) {
      await createRole(client, url, roleIn(url));
      await grantSchema(client, schema, roleIn(url));
    }
    await admitOnly(
      client,
      databaseOf(adminUrl),
      logins.map(({ url }) => roleIn(url)),
    );
    return { missingExtensions };
  });
}

/**
 * Gives `role` the use of everything that is in the schema by now, except the record of migrations. Default privileges
 * cover what the same administrator makes later; this covers what another one made. Does nothing without the role.
 */
export async function grantObjects(client: pg.Client, schema: string, role: string): Promise<void> {
  const known = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
  if (!known.rowCount) return;
  const [inSchema, to] = [client.escapeIdentifier(schema), client.escapeIdentifier(role)];
  await client.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${inSchema} TO ${to}`);
  await client.query(`GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ${inSchema} TO ${to}`);
  const record = await client.query('SELECT to_regclass($1) AS oid', [`${inSchema}._prisma_migrations`]);
  if (record.rows[0]?.oid) await client.query(`REVOKE ALL ON ${inSchema}._prisma_migrations FROM ${to}`);
}

/**
 * Lets these roles, and nobody else but administrators, connect to a database. That a database cloned from a template
 * does not inherit.
 */
export async function admitOnly(
  client: pg.Client,
  database: string,
  roles: readonly string[],
): Promise<void> {
  const name = client.escapeIdentifier(database);
  await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
  if (roles.length === 0) return;
  const to = roles.map((role) => client.escapeIdentifier(role)).join(', ');
  await client.query(`GRANT CONNECT, TEMPORARY ON DATABASE ${name} TO ${to}`);
}

const roleIn = (url: string): string => decodeURIComponent(new URL(url).username);

async function createRole(client: pg.Client, url: string, role: string): Promise<void> {
  if (await canLogIn(url)) return;
  const name = client.escapeIdentifier(role);
  const verifier = scramVerifier(decodeURIComponent(new URL(url).password));
  const rights = `LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD '${verifier}'`;
  try {
    await client.query(`CREATE ROLE ${name} ${rights}`).catch((error: unknown) => {
      const exists = errorCode(error) === '42710' || errorCode(error) === '23505';
      if (!exists) throw error;
      return client.query(`ALTER ROLE ${name} ${rights}`);
    });
  } catch (error) {
    if (errorCode(error) !== '42501') throw error;
    throw new DatabaseSetupError(
      `The user of DATABASE_URL may not create the role ${role}. Use one with the right CREATEROLE, or have the role ` +
        'created and give its login URL in the environment (see .env.example).',
      { cause: error },
    );
  }
}

/** A role that can log in needs no change; a change would meet those of other processes ("tuple concurrently updated"). */
async function canLogIn(url: string): Promise<boolean> {
  return withClient(url, async () => true).catch((error: unknown) => {
    // Known and authenticated, but not admitted to this database yet.
    const cause = error instanceof Error ? error.cause : undefined;
    return errorCode(cause) === '42501';
  });
}

async function grantSchema(client: pg.Client, schema: string, role: string): Promise<void> {
  const [inSchema, to] = [client.escapeIdentifier(schema), client.escapeIdentifier(role)];
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${inSchema}`);
  await client.query(`GRANT USAGE ON SCHEMA ${inSchema}, public TO ${to}`);
  const defaults = `ALTER DEFAULT PRIVILEGES IN SCHEMA ${inSchema} GRANT`;
  await client.query(`${defaults} SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${to}`);
  await client.query(`${defaults} USAGE, SELECT ON SEQUENCES TO ${to}`);
  await grantObjects(client, schema, role);
}
