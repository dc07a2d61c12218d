import { withClient } from './connection.ts';
import { readMigrations } from './migration-files.ts';
import { grantObjects } from './provision.ts';
import { SchemaEngineError, withSchemaEngine } from './schema-engine/with-engine.ts';
import { DatabaseSetupError } from './setup-error.ts';
import { takeSetupLock } from './setup-lock.ts';
import { roleOf } from './subgraph-url.ts';

export type MigrateOptions = {
  /** Login URL of the administrator, who will own the tables. */
  url: string;
  /** The Postgres schema; by our convention the name of the subgraph as well. */
  schema: string;
  /** The folder of migrations. */
  directory: string;
  /** The role that shall be able to use what the migrations make, when it exists; `meridian_<schema>` unless said. */
  role?: string;
};

/**
 * Applies the migrations that the schema lacks, as `prisma migrate deploy` does, with Prisma's own engine in this process
 * and the same record of what was applied. Two at once are safe: one waits.
 * @throws DatabaseSetupError that names the subgraph, the migration and what the database said.
 */
export async function migrate({
  url,
  schema,
  directory,
  role = roleOf(schema),
}: MigrateOptions): Promise<{ applied: string[] }> {
  await withClient(url, async (client) => {
    await takeSetupLock(client);
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${client.escapeIdentifier(schema)}`);
  });
  const { appliedMigrationNames } = await withSchemaEngine(url, schema, (engine) =>
    engine.applyMigrations({
      migrationsList: readMigrations(directory),
      filters: { externalTables: [], externalEnums: [] },
    }),
  ).catch((error: unknown) => {
    throw explain(error, schema, directory);
  });
  await withClient(url, async (client) => {
    await takeSetupLock(client);
    await grantObjects(client, schema, role);
  });
  return { applied: appliedMigrationNames };
}

function explain(error: unknown, schema: string, directory: string): unknown {
  if (!(error instanceof SchemaEngineError)) return error;
  const { migration, database, code } = error;
  const said = database
    ? `${database.message} (line ${database.line}, SQLSTATE ${database.code})`
    : error.message;
  const failedBefore = code === 'P3009';
  const advice = failedBefore
    ? '\nRepair what it left half-done, then note that with `npx prisma migrate resolve`; with data that may go, empty the database.'
    : '';
  return new DatabaseSetupError(
    `The migrations of ${schema} (${directory}) could not be applied:\n` +
      `${migration === undefined ? '' : `${migration}: `}${said}${advice}`,
    { cause: error },
  );
}
