import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useTestDatabase } from '@meridian/testkit/database';
import { eventually } from '@meridian/testkit/eventually';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withClient } from './connection.ts';
import { draftMigration, type MigrationDraft, writeMigration } from './draft-migration.ts';
import { migrate } from './migrate.ts';

const database = useTestDatabase();
let folder = '';
const at = (day: number) => new Date(Date.UTC(2026, 0, day, 10, 30));
const migrations = () => join(folder, 'migrations');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-draft-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const datasource = 'datasource db {\n  provider = "postgresql"\n}\n';
const things = (lines: string) => `${datasource}
model Thing {
  id   Int     @id @default(autoincrement())
  name String  @db.Citext
  ${lines}
  @@index([name(ops: raw("gin_trgm_ops"))], type: Gin, map: "things_name_trgm")
  @@map("things")
}
enum Colour {
  RED
  GREEN
}
`;

function draft(schemaText: string): Promise<MigrationDraft | null> {
  const schemaFile = join(folder, 'schema.prisma');
  writeFileSync(schemaFile, schemaText);
  return draftMigration({ url: database.adminUrl, schema: 'drafts', directory: migrations(), schemaFile });
}

async function draftAndWrite(schemaText: string, day: number): Promise<MigrationDraft> {
  const drafted = await draft(schemaText);
  if (!drafted) throw new Error('nothing to draft');
  writeMigration(migrations(), 'step', drafted, at(day));
  return drafted;
}

test('what it writes leads to the schema, step by step', async () => {
  const first = await draftAndWrite(things(''), 1);
  expect(first.sql).toContain('CREATE TABLE "things"');
  expect(first.warnings).toEqual([]);
  expect(await draft(things(''))).toBeNull();

  const second = await draftAndWrite(things('colour Colour?\n'), 2);
  expect(second.sql).toContain('ALTER TABLE "things" ADD COLUMN     "colour" "Colour"');
  expect(second.sql).not.toContain('trgm');
  expect(readdirSync(migrations())).toEqual([
    '20260101103000_step',
    '20260102103000_step',
    'migration_lock.toml',
  ]);
  const { applied } = await migrate({ url: database.adminUrl, schema: 'drafts', directory: migrations() });
  expect(applied).toEqual(['20260101103000_step', '20260102103000_step']);
});

test('losses are told and stand at the head of the file', async () => {
  await draftAndWrite(things('note String?\n  colour Colour?'), 1);
  const smaller = things('').replace('  GREEN\n', '').replace('name String', 'name String @unique');
  const lossy = await draftAndWrite(
    smaller.replace('enum Colour', 'model Other {\n  id Int @id\n}\nenum Colour'),
    2,
  );
  expect(lossy.warnings).toEqual([
    'removes values of the enum Colour: it fails where a row has one',
    'drops the column colour and what it holds',
    'drops the column note and what it holds',
    'makes values unique (things_name_key): it fails where two rows have the same',
  ]);
  const file = join(migrations(), '20260102103000_step/migration.sql');
  expect(readFileSync(file, 'utf8')).toMatch(/^-- Warning: it removes values of the enum Colour/);
});

test('a schema that is not valid is told with its line, and no scratch database stays', async () => {
  await expect(draft(`${datasource}\nmodel Thing {\n  name Strin\n}\n`)).rejects.toThrow(
    /schema\.prisma:6[\s\S]*Strin/,
  );
  await draftAndWrite(things(''), 1);
  writeFileSync(join(migrations(), '20260101103000_step/migration.sql'), 'this is no SQL;');
  await expect(draft(things(''))).rejects.toThrow('syntax error');
  // Other tests draft at the same time, on the same server; theirs go, too.
  await eventually(async () => {
    const { rows } = await withClient(database.adminUrl, (client) =>
      client.query(`SELECT datname FROM pg_database WHERE datname LIKE 'meridian_scratch_%'`),
    );
    return rows.length === 0;
  });
});
