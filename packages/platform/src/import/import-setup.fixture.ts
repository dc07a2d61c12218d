import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { withClient } from '@meridian/database/connection';
import { forEachSubgraph, subgraphNames } from '../subgraph-names.ts';
import { openCheckpoints } from './checkpoints.ts';
import type { Dataset, Placed } from './dataset.ts';
import { openPools } from './pools.ts';
import { type ImportOutcome, runImport } from './run-import.ts';

type Database = { adminUrl: string; urlFor(subgraph: string): string };

/** A folder for the files of a test. */
export async function makeFolder() {
  const folder = await mkdtemp(path.join(tmpdir(), 'meridian-import-'));
  return {
    path: folder,
    async file(name: string, content: string | Buffer): Promise<string> {
      const file = path.join(folder, name);
      await writeFile(file, content);
      return file;
    },
    remove: () => rm(folder, { recursive: true }),
  };
}

/** Imports a file as the command does; `stopAfter` batches when given. */
export async function importInto<Column extends string, Item extends Placed, Survey>(
  { adminUrl, urlFor }: Database,
  dataset: Dataset<Column, Item, Survey>,
  file: string,
  { batchRows = 50, stopAfter = Number.POSITIVE_INFINITY } = {},
): Promise<ImportOutcome> {
  const checkpoints = await openCheckpoints(adminUrl);
  const { pools, close } = await openPools(await forEachSubgraph(async (name) => urlFor(name)));
  const stop = new AbortController();
  let written = 0;
  try {
    return await runImport({
      dataset: {
        ...dataset,
        writeBatch: async (...args) => {
          written += 1;
          if (written >= stopAfter) stop.abort();
          return dataset.writeBatch(...args);
        },
      },
      file,
      pools,
      checkpoints,
      progress: { start: () => {}, reach: () => {}, end: () => {} },
      stop: stop.signal,
      batchRows,
    });
  } finally {
    await close();
    await checkpoints.close();
  }
}

/** Everything in the tables of the four subgraphs, as one hash for each table. */
export const contentsOf = ({ adminUrl }: Pick<Database, 'adminUrl'>): Promise<Record<string, string>> =>
  withClient(adminUrl, async (client) => {
    const tables = await client.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
        WHERE schemaname = ANY($1) AND tablename <> '_prisma_migrations' ORDER BY 1`,
      [subgraphNames],
    );
    const contents: Record<string, string> = {};
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ rows: number; hash: string }>(
        `SELECT count(*)::int AS rows, md5(string_agg(t::text, '|' ORDER BY t::text)) AS hash FROM ${name} t`,
      );
      contents[name] = `${rows[0]?.rows} rows, ${rows[0]?.hash}`;
    }
    return contents;
  });
