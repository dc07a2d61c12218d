import type { Pool } from 'pg';
import { logTable } from './log-table.ts';

/** How much of a log is kept: what is younger, as long as there are not more events. */
export type LogRetention = { hours: number; rows: number };

/**
 * Rows that one statement deletes at most. They are read by nobody who writes, so nobody waits; but a statement is short
 * and so is what it leaves to vacuum at once.
 */
const batch = 1_000;

/**
 * Deletes the oldest events of a log as far as they need not be kept, up to `batch` of them, and notes the position of
 * the last in the same statement: who comes with an older cursor is told exactly then that something is missing. An
 * event that the bus does not have yet stays, and so does all that comes after it. Two at once do no harm: one of them
 * finds the lock taken and deletes nothing.
 * @returns how many are gone
 */
export async function trimLog(
  pool: Pool,
  { schema, table, hours, rows }: { schema: string; table: string } & LogRetention,
): Promise<number> {
  const log = logTable(pool, { schema, table, columns: [] });
  // Relays hand on the outbox only.
  const isRelayed =
    table === 'outbox'
      ? `NOT EXISTS (SELECT FROM outbox_relays relay WHERE (relay.xid, relay.id) < (event.xid, event.id))`
      : 'true';
  const { rows: result } = await pool.query<{ count: number }>(
    `WITH turn AS MATERIALIZED (
       SELECT pg_try_advisory_xact_lock(hashtextextended('trim ' || $1, 0)) AS is_ours
     ), floor AS (
       SELECT coalesce(trimmed.xid, '0') AS xid, coalesce(trimmed.id, 0) AS id
       FROM turn LEFT JOIN ${log.trims} trimmed ON trimmed.log = $1 WHERE turn.is_ours
     ), oldest AS (
       SELECT event.xid, event.id, ${isRelayed} AND (
           event.created_at < now() - $2 * interval '1 hour'
           OR event.id <= (SELECT max(id) FROM ${log.table}) - $3::bigint
         ) AS may_go
       FROM floor CROSS JOIN LATERAL (
         SELECT xid, id, created_at FROM ${log.table} event
         WHERE (event.xid, event.id) > (floor.xid, floor.id)
           AND event.xid < pg_snapshot_xmin(pg_current_snapshot())
         ORDER BY event.xid, event.id LIMIT ${batch}
       ) event
     ), going AS (
       SELECT xid, id FROM (
         SELECT xid, id, bool_and(may_go) OVER (ORDER BY xid, id) AS goes FROM oldest
       ) event WHERE goes
     ), gone AS (
       DELETE FROM ${log.table} WHERE id = ANY (ARRAY(SELECT id FROM going)) RETURNING id
     ), noted AS (
       INSERT INTO ${log.trims} AS trimmed (log, xid, id)
       SELECT $1, xid, id FROM going ORDER BY xid DESC, id DESC LIMIT 1
       ON CONFLICT (log) DO UPDATE SET xid = excluded.xid, id = excluded.id, updated_at = now()
       WHERE (excluded.xid, excluded.id) > (trimmed.xid, trimmed.id)
     )
     SELECT count(*)::int AS count FROM gone`,
    [log.name, hours, rows],
  );
  return result[0]?.count ?? 0;
}

/** Whether there may be more to trim. */
export const isWholeBatch = (count: number): boolean => count === batch;
