import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { destructiveChanges } from './destructive-changes.ts';
import { lockfile, readMigrations } from './migration-files.ts';
import { SchemaEngineError, withSchemaEngine } from './schema-engine/with-engine.ts';
import { DatabaseSetupError } from './setup-error.ts';

export type DraftOptions = {
  /** Login URL of an administrator who may create databases: the migrations are played on an empty one. */
  url: string;
  /** The Postgres schema. */
  schema: string;
  /** The folder of migrations. */
  directory: string;
  /** The `schema.prisma` that the database shall come to look like. */
  schemaFile: string;
};

export type MigrationDraft = {
  sql: string;
  /** What of the data would be lost, or why it may fail on a table that has rows. */
  warnings: string[];
};

/**
 * The SQL that takes a database from the state after all migrations to what `schema.prisma` says, as `prisma migrate dev`
 * would write it; null when they agree. Nothing is written.
 * @throws DatabaseSetupError with what Prisma says of the schema or of a migration
 */
export async function draftMigration(options: DraftOptions): Promise<MigrationDraft | null> {
  const { url, schema, directory, schemaFile } = options;
  const { exitCode, stdout } = await withSchemaEngine(url, schema, (engine) =>
    // Not `createMigration`: in this engine it does not find the shadow database that it was given, and `diff` does.
    engine.diff({
      from: { tag: 'migrations', ...readMigrations(directory) },
      to: {
        tag: 'schemaDatamodel',
        files: [{ path: schemaFile, content: readFileSync(schemaFile, 'utf8') }],
      },
      script: true,
      exitCode: true,
      filters: { externalTables: [], externalEnums: [] },
    }),
  ).catch((error: unknown) => {
    if (!(error instanceof SchemaEngineError)) throw error;
    const what = `No migration of ${schema} could be drafted from ${schemaFile}`;
    throw new DatabaseSetupError(`${what}:\n${error.message.trim()}`, { cause: error });
  });
  const differs = exitCode === 2;
  return differs && stdout !== null ? { sql: stdout, warnings: destructiveChanges(stdout) } : null;
}

/**
 * Puts a draft among the migrations, in a folder named by the UTC time to the second and `name`, and returns its file.
 * @throws when a migration of that name was written in the same second
 */
export function writeMigration(
  directory: string,
  name: string,
  { sql, warnings }: MigrationDraft,
  now: Date,
): string {
  const time = now.toISOString().replaceAll(/\D/g, '').slice(0, 14);
  const folder = join(directory, `${time}_${name}`);
  const head = warnings.map((warning) => `-- Warning: it ${warning}.\n`).join('');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'migration.sql'), head === '' ? sql : `${head}\n${sql}`, { flag: 'wx' });
  const lock = join(directory, 'migration_lock.toml');
  if (!existsSync(lock)) writeFileSync(lock, lockfile);
  return join(folder, 'migration.sql');
}
