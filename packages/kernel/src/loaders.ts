import DataLoader from 'dataloader';
import type { CachedRows } from './cache.ts';

type Keyed<Row> = (row: Row) => string;

/**
 * A loader for one request: all keys asked in a tick go to `read` in one call, and rows come back in the order asked.
 * With `cache`, only rows that it does not hold reach `read`.
 */
export function rowLoader<Row extends object>(
  read: (keys: readonly string[]) => Promise<Row[]>,
  keyOf: Keyed<Row>,
  cache?: CachedRows<Row>,
): DataLoader<string, Row | null> {
  const load = async (keys: readonly string[]): Promise<(Row | null)[]> => {
    const byKey = new Map((await read(keys)).map((row) => [keyOf(row), row]));
    return keys.map((key) => byKey.get(key) ?? null);
  };
  return new DataLoader((keys) => (cache ? cache.getMany(keys, load) : load(keys)), { maxBatchSize: 1_000 });
}

/** The same for rows that belong to a key, such as the lines of an order; no rows is an empty list. */
export function groupLoader<Row>(
  read: (keys: readonly string[]) => Promise<Row[]>,
  keyOf: Keyed<Row>,
): DataLoader<string, Row[]> {
  return new DataLoader(
    async (keys) => {
      const groups = new Map<string, Row[]>(keys.map((key) => [key, []]));
      for (const row of await read(keys)) groups.get(keyOf(row))?.push(row);
      return keys.map((key) => groups.get(key) ?? []);
    },
    { maxBatchSize: 1_000 },
  );
}
