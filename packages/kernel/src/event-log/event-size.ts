import type { Pool } from 'pg';
import { logTable } from './log-table.ts';

/** Pages of 8 kB that are looked at, wherever in the table they are: some thousands of events. */
const sampledPages = 100;
/** What an event takes beside its type, key and data: the rest of its row, and an entry in each of up to three indexes. */
const beside = 200;

/**
 * What an event of a log takes on the disk on average, indexes included, in bytes: from a sample of its pages, so that the
 * length of the log does not matter. Not from the size of the table, which does not shrink when events are deleted.
 * @returns null where the log holds next to nothing
 */
export async function bytesPerEvent(
  pool: Pool,
  { schema, table }: { schema: string; table: string },
): Promise<number | null> {
  const log = logTable(pool, { schema, table, columns: [] });
  const { rows } = await pool.query<{ bytes: number | null }>(
    // Of the columns one by one: of a whole row the size is only known once what is kept apart of it has been fetched.
    `SELECT avg(pg_column_size(event.type) + pg_column_size(event.key) + pg_column_size(event.data))::float8 AS bytes
     FROM ${log.table} event
     TABLESAMPLE SYSTEM (least(100, 100.0 * 8192 * ${sampledPages} / greatest(8192, pg_relation_size($1::regclass))))`,
    [log.table],
  );
  const bytes = rows[0]?.bytes;
  return bytes == null ? null : bytes + beside;
}
