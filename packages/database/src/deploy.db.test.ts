import { join, resolve } from 'node:path';
import { useTestDatabase } from '@meridian/testkit/database';
import { expect, test } from 'vitest';
import { withClient } from './connection.ts';
import { deploySchemas, findSubgraphSchemas } from './deploy.ts';
import { subgraphUrl } from './subgraph-url.ts';

const database = useTestDatabase();
const root = resolve(import.meta.dirname, '../../..');

test('deploying again, even several times at once, changes nothing', async () => {
  const subgraphs = findSubgraphSchemas(root).map((schema) => ({
    ...schema,
    url: subgraphUrl(database.adminUrl, schema.name),
  }));
  const again = await Promise.all([1, 2, 3].map(() => deploySchemas(database.adminUrl, subgraphs)));
  expect(again).toEqual(Array(3).fill({ missingExtensions: [], applied: [] }));
});

test('every subgraph can use its own tables, and does not see the record of migrations', async () => {
  for (const { name } of findSubgraphSchemas(root)) {
    await withClient(database.urlFor(name), async (client) => {
      const { rows } = await client.query<{ table: string; usable: boolean }>(
        `SELECT tablename AS table, has_table_privilege(quote_ident(schemaname) || '.' || quote_ident(tablename), 'insert') AS usable
           FROM pg_tables WHERE schemaname = $1 ORDER BY tablename`,
        [name],
      );
      expect(rows.length).toBeGreaterThan(1);
      for (const { table, usable } of rows)
        expect([table, usable]).toEqual([table, table !== '_prisma_migrations']);
    });
  }
});

test('only folders with migrations count', () => {
  expect(findSubgraphSchemas(join(root, 'packages'))).toEqual([]);
  expect(findSubgraphSchemas(root).map(({ name }) => name)).toContain('catalog');
});
