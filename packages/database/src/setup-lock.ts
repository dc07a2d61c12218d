import type pg from 'pg';

/** "MERI" in ASCII. */
const lock = 0x4d45_5249;

/**
 * Waits until nobody else changes roles, schemas and grants of this database, and keeps others waiting until the session
 * ends. Postgres does not serialise these by itself: "tuple concurrently updated".
 */
export async function takeSetupLock(client: pg.Client): Promise<void> {
  await client.query('SELECT pg_advisory_lock($1)', [lock]);
  // "already exists, skipping" is not news.
  await client.query('SET client_min_messages = warning');
}
