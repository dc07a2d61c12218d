import type { Pool } from 'pg';
import type { BusMessage } from './bus.ts';
import { failureReason } from './failure-reason.ts';

/** A message that failed again and again, kept in the schema of its consumer. */
export type ParkedMessage = BusMessage & {
  consumer: string;
  tries: number;
  error: string;
  parkedAt: Date;
  /** When somebody asked for another try; null when nobody did. */
  replayAt: Date | null;
};

/** Where a schema's processes hear that somebody wants messages replayed. */
export const replayChannel = (schema: string): string => `${schema}_replay`;

const columns = `consumer, message_id AS id, source, type, key, data, at, tries, error,
  parked_at AS "parkedAt", replay_at AS "replayAt"`;

/** Keeps a message that failed for the last time; one that is parked already has its tries added up. */
export async function park(
  pool: Pool,
  consumer: string,
  { id, source, type, key, data, at }: BusMessage,
  { tries, error }: { tries: number; error: unknown },
): Promise<void> {
  await pool.query(
    `INSERT INTO parked_messages AS p (consumer, message_id, source, type, key, data, at, tries, error)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     ON CONFLICT (consumer, message_id) DO UPDATE
       SET tries = p.tries + excluded.tries, error = excluded.error, replay_at = NULL`,
    [consumer, id, source, type, key, JSON.stringify(data), at, tries, failureReason(error, { data })],
  );
}

/** What is parked, oldest first. */
export async function listParked(pool: Pool, limit: number): Promise<ParkedMessage[]> {
  const { rows } = await pool.query<ParkedMessage>(
    `SELECT ${columns} FROM parked_messages ORDER BY parked_at, message_id LIMIT $1`,
    [limit],
  );
  return rows;
}

/** How many messages a consumer has parked. */
export async function countParked(pool: Pool, consumer: string): Promise<number> {
  const { rows } = await pool.query<{ messages: number }>(
    'SELECT count(*)::int AS messages FROM parked_messages WHERE consumer = $1',
    [consumer],
  );
  return rows[0]?.messages ?? 0;
}

/**
 * Asks the running consumers of `schema` to try parked messages again: that of `id`, or all. Those that do not run hear
 * of it when they start.
 * @returns how many are asked for
 */
export async function requestReplay(pool: Pool, schema: string, id: string | null): Promise<number> {
  const { rowCount } = await pool.query(
    'UPDATE parked_messages SET replay_at = now() WHERE $1::uuid IS NULL OR message_id = $1',
    [id],
  );
  await pool.query('SELECT pg_notify($1, $2)', [replayChannel(schema), '']);
  return rowCount ?? 0;
}

/**
 * Tries the next message that somebody wants replayed, and forgets it when that succeeds. The wish ends before the try: a
 * message that kills its process would kill the next one too. Safe beside others that do the same.
 * @returns false when none is left
 */
export async function replayNext(
  pool: Pool,
  consumer: string,
  handle: (message: BusMessage) => Promise<void>,
): Promise<boolean> {
  const { rows } = await pool.query<ParkedMessage>(
    `UPDATE parked_messages SET replay_at = NULL
     WHERE consumer = $1 AND message_id = (
       SELECT message_id FROM parked_messages
       WHERE consumer = $1 AND replay_at IS NOT NULL ORDER BY at, message_id LIMIT 1 FOR UPDATE SKIP LOCKED)
     RETURNING ${columns}`,
    [consumer],
  );
  const [parked] = rows;
  if (!parked) return false;
  const { id, source, type, key, data, at } = parked;
  const message = { id, source, type, key, data, at };
  try {
    await handle(message);
  } catch (error) {
    await park(pool, consumer, message, { tries: 1, error });
    return true;
  }
  await pool.query('DELETE FROM parked_messages WHERE consumer = $1 AND message_id = $2', [consumer, id]);
  return true;
}
