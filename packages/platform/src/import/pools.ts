import pg from 'pg';
import { type BySubgraph, forEachSubgraph } from '../subgraph-names.ts';
import type { Pools } from './dataset.ts';

export type OpenPools = { pools: Pools; close(): Promise<void> };

/** A small pool for each subgraph's own role. Nothing connects before the first query. */
export async function openPools(urls: BySubgraph<string>): Promise<OpenPools> {
  const pools = await forEachSubgraph(async (name) => {
    const pool = new pg.Pool({
      connectionString: urls[name],
      max: 2,
      application_name: 'meridian-import',
      options: `-c search_path=${name},public`,
    });
    // A lost connection fails the next query; unheard, the event would end the process.
    pool.on('error', () => {});
    return pool;
  });
  return {
    pools,
    close: async () => {
      await Promise.all(Object.values(pools).map((pool) => pool.end()));
    },
  };
}
