import path from 'node:path';
import { findSubgraphSchemas } from '@meridian/database/deploy';
import { draftMigration } from '@meridian/database/draft-migration';
import { useTestDatabase } from '@meridian/testkit/database';
import { expect, test } from 'vitest';

const database = useTestDatabase();
const root = path.resolve(import.meta.dirname, '..');

test.each(findSubgraphSchemas(root))(
  'the migrations of $name lead to its schema.prisma',
  async ({ name, migrations }) => {
    const schemaFile = path.join(migrations, '../schema.prisma');
    const url = database.adminUrl;
    expect(await draftMigration({ url, schema: name, directory: migrations, schemaFile })).toBeNull();
  },
);
