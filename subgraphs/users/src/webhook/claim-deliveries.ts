import type { Pool } from 'pg';
import { leaseMs } from './schedule.rules.ts';

/** A delivery that this process alone tries now. */
export type ClaimedDelivery = {
  id: bigint;
  endpointId: string;
  url: string;
  eventId: bigint;
  key: string;
  body: string;
  /** This attempt included, and when it began. */
  attempts: number;
  at: Date;
  secret: Buffer;
  previousSecret: Buffer | null;
  previousSecretUntil: Date | null;
};

/** What this process has under way for an endpoint at most, so that one that hangs does not take all there is. */
const mostOfEndpoint = 8;

/**
 * The endpoints that have something waiting, each with when the first of it is due, once round from the one after `last`:
 * found by a leap from one to the next in the index of what waits, and no farther than they are asked for. What the others
 * may be costs nothing.
 */
const waiting = (last: string) => `
  WITH RECURSIVE waiting AS (
    SELECT ${last}::text AS endpoint_id, NULL::timestamptz(3) AS due_at, false AS again
    UNION ALL
    SELECT next.endpoint_id, next.due_at, next.again FROM waiting w CROSS JOIN LATERAL (
      (SELECT d.endpoint_id, d.due_at, w.again FROM webhook_deliveries d
       WHERE d.status = 'PENDING' AND d.due_at IS NOT NULL AND d.endpoint_id > w.endpoint_id
         AND (NOT w.again OR d.endpoint_id <= ${last}::text)
       ORDER BY d.endpoint_id, d.due_at LIMIT 1)
      UNION ALL
      (SELECT d.endpoint_id, d.due_at, true FROM webhook_deliveries d
       WHERE d.status = 'PENDING' AND d.due_at IS NOT NULL AND NOT w.again AND d.endpoint_id <= ${last}::text
       ORDER BY d.endpoint_id, d.due_at LIMIT 1)
      ORDER BY again LIMIT 1) next)`;

/** Of those the ones that may be posted to now. A look at one after the other: a join could read them all. */
const ready = (condition: string) => `
  SELECT e.id, e.failing_since FROM waiting w CROSS JOIN LATERAL (
    SELECT id, failing_since FROM webhook_endpoints
    WHERE id = w.endpoint_id AND disabled_at IS NULL AND (paused_until IS NULL OR paused_until <= $1) AND ${condition}
    LIMIT 1) e
  WHERE w.due_at <= $1`;

/**
 * Taking moves `due_at` to the end of the lease: no lock is held while the receiver thinks, and what a process took that
 * was killed is due again then. A row that another process has just taken fails the check again once its lock is free.
 * Endpoints that fail are probed with one delivery at a time, and after those that are well: each that hangs takes one of
 * the posts at once until it times out, and many of them would take all.
 */
const claim = `
  UPDATE webhook_deliveries d SET attempts = d.attempts + 1, due_at = $2, last_attempt_at = $1
  FROM (
    ${waiting('$5')}
    SELECT due.id FROM (${ready('failing_since IS NULL')} UNION ALL ${ready('failing_since IS NOT NULL')}) e
    CROSS JOIN LATERAL (
      SELECT c.id FROM webhook_deliveries c
      WHERE c.endpoint_id = e.id AND c.status = 'PENDING' AND c.due_at <= $1
      ORDER BY c.due_at, c.id
      LIMIT CASE WHEN e.failing_since IS NULL THEN ${mostOfEndpoint} - COALESCE(($4::jsonb ->> e.id)::int, 0) ELSE 1 END
      FOR UPDATE OF c SKIP LOCKED) due
    WHERE COALESCE(($4::jsonb ->> e.id)::int, 0)
      < CASE WHEN e.failing_since IS NULL THEN ${mostOfEndpoint} ELSE 1 END
    LIMIT $3) taken, webhook_endpoints e
  WHERE d.id = taken.id AND e.id = d.endpoint_id
  RETURNING d.id, d.endpoint_id AS "endpointId", e.url, d.event_id AS "eventId", d.key, d.body, d.attempts,
    d.last_attempt_at AS at, e.secret,
    e.previous_secret AS "previousSecret", e.previous_secret_until AS "previousSecretUntil"`;

/**
 * Takes up to `most` deliveries that are due, beside those under way by endpoint, from the endpoint after the one that was
 * taken of `last`: so that a few for which there is always something do not keep the others waiting. Safe beside other
 * processes.
 */
export async function claimDeliveries(
  pool: Pool,
  {
    now,
    most,
    underWay,
    last = '',
  }: { now: Date; most: number; underWay: ReadonlyMap<string, number>; last?: string | undefined },
): Promise<ClaimedDelivery[]> {
  const leaseEnd = new Date(now.getTime() + leaseMs);
  const values = [now, leaseEnd, most, JSON.stringify(Object.fromEntries(underWay)), last];
  const { rows } = await pool.query<ClaimedDelivery>({
    name: 'claim-webhook-deliveries',
    text: claim,
    values,
  });
  return rows;
}

/** Gives a delivery back that was not tried to the end, as if it had not been taken. */
export async function releaseDelivery(
  pool: Pool,
  { id, attempts }: ClaimedDelivery,
  now: Date,
): Promise<void> {
  await pool.query(
    `UPDATE webhook_deliveries SET attempts = attempts - 1, due_at = $3
     WHERE id = $1 AND attempts = $2 AND status = 'PENDING'`,
    [id, attempts, now],
  );
}

/** How long until something becomes due that is not due yet, in milliseconds; null when nothing does. */
export async function untilNextDue(pool: Pool, now: Date): Promise<number | null> {
  const { rows } = await pool.query<{ next: Date | null }>({
    name: 'next-webhook-delivery',
    text: `${waiting("''")}
           SELECT min(greatest(d.due_at, e.paused_until)) AS next FROM waiting w
           CROSS JOIN LATERAL (SELECT id, paused_until FROM webhook_endpoints
             WHERE id = w.endpoint_id AND disabled_at IS NULL LIMIT 1) e
           CROSS JOIN LATERAL (SELECT due_at FROM webhook_deliveries
             WHERE endpoint_id = e.id AND status = 'PENDING' AND due_at IS NOT NULL
               AND (due_at > $1 OR e.paused_until > $1)
             ORDER BY due_at LIMIT 1) d`,
    values: [now],
  });
  const next = rows[0]?.next;
  return next ? next.getTime() - now.getTime() : null;
}
