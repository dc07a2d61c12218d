import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MigrationList } from '@prisma/schema-engine-wasm/schema_engine_bg';

/**
 * The migrations of a folder as Prisma's engine takes them: `<timestamp>_<name>/migration.sql`, in the order of names.
 * @param shadowSql run on a scratch database before the migrations are played there
 */
export function readMigrations(directory: string, shadowSql = ''): MigrationList {
  const names = !existsSync(directory)
    ? []
    : readdirSync(directory, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
        .sort();
  const lock = join(directory, 'migration_lock.toml');
  return {
    baseDir: directory,
    lockfile: {
      path: 'migration_lock.toml',
      content: existsSync(lock) ? readFileSync(lock, 'utf8') : lockfile,
    },
    shadowDbInitScript: shadowSql,
    migrationDirectories: names.map((name) => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: readMigration(join(directory, name, 'migration.sql')),
      },
    })),
  };
}

/** What Prisma writes beside the first migration. */
export const lockfile = '# Written and read by Prisma Migrate.\nprovider = "postgresql"\n';

type Content = MigrationList['migrationDirectories'][number]['migrationFile']['content'];

function readMigration(file: string): Content {
  return existsSync(file)
    ? { tag: 'ok', value: readFileSync(file, 'utf8') }
    : { tag: 'error', value: `${file} is missing` };
}
