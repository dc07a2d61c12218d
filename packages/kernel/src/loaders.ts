import DataLoader from 'dataloader';
import type { Pool, QueryResultRow } from 'pg';
import type { CachedRows } from './cache.ts';
import type { Page } from './pagination.ts';

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

/** For a row that a foreign key promises. @throws when it is not there after all */
export async function loadExisting<Row>(loader: DataLoader<string, Row | null>, key: string): Promise<Row> {
  const row = await loader.load(key);
  if (!row) throw new Error(`Row ${key} is referred to but does not exist`);
  return row;
}

/** One prepared statement whose first parameter is the array of keys: `… WHERE id = ANY($1)`. */
export const batchRead =
  <Row extends QueryResultRow>(pool: Pool, name: string, text: string) =>
  async (keys: readonly string[]): Promise<Row[]> =>
    (await pool.query<Row>({ name, text, values: [keys] })).rows;

/**
 * Pages of many lists at once: all keys that ask for the same page in a tick go to `read` in one call, which answers
 * with one row more than the page holds for each key. A filter belongs to the page.
 */
export function pageLoader<Row, Wanted extends Page = Page>(
  read: (keys: readonly string[], page: Wanted) => Promise<Row[]>,
  keyOf: Keyed<Row>,
): (key: string, page: Wanted) => Promise<Row[]> {
  const loaders = new Map<string, DataLoader<string, Row[]>>();
  return (key, page) => {
    const shape = JSON.stringify(page);
    let loader = loaders.get(shape);
    if (!loader) {
      loader = groupLoader((keys) => read(keys, page), keyOf);
      loaders.set(shape, loader);
    }
    return loader.load(key);
  };
}
