import type { Prisma } from '../generated/prisma/client.ts';
import type { ClaimedDelivery } from './claim-deliveries.ts';
import type { Attempt } from './sender.ts';

/** What became of an attempt, and how long it took. */
export type TimedAttempt = Attempt & { durationMs: number };

/** Attempts that are kept of one delivery: enough for all of its own, and for those after it was enabled again. */
const mostKept = 20;

/**
 * Writes an attempt down for the organisation to read, in the transaction that draws the conclusions from it. Of a delivery
 * that a replay has dropped meanwhile nothing is kept, as of the delivery itself.
 */
export async function logAttempt(
  tx: Prisma.TransactionClient,
  { id, at }: Pick<ClaimedDelivery, 'id' | 'at'>,
  { durationMs, status, error }: TimedAttempt,
): Promise<void> {
  await tx.$executeRaw`
    WITH added AS (
      INSERT INTO webhook_attempts (delivery_id, at, duration_ms, status, error)
      SELECT id, ${at}::timestamptz, ${durationMs}::int, ${status}::int, ${error}::text
      FROM webhook_deliveries WHERE id = ${id}
    )
    DELETE FROM webhook_attempts WHERE delivery_id = ${id} AND id <= (
      SELECT id FROM webhook_attempts WHERE delivery_id = ${id} ORDER BY id DESC OFFSET ${mostKept - 1} LIMIT 1)`;
}
