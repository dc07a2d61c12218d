import { webhookDisabled } from '@meridian/contracts/partner-events';
import type { Context } from '../context.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import { tellPartners } from '../partner/tell-partners.ts';
import type { ClaimedDelivery } from './claim-deliveries.ts';
import { leaveReader } from './event-reader.ts';
import { logAttempt, type TimedAttempt } from './log-attempt.ts';
import { hasFailedTooLong, nextAttempt } from './schedule.rules.ts';
import type { Attempt } from './sender.ts';

export type Recording = Pick<Context, 'db' | 'now' | 'logger'>;
export type AttemptOutcome = 'delivered' | 'failed' | 'given_up';

/** The status by which a receiver says that it wants no more. */
const gone = 410;

/**
 * Writes down what became of an attempt: the next of its key becomes due when this one is settled, and an endpoint that has
 * failed for too long or wants no more is disabled. Everyone who takes both locks the endpoint first and then its
 * deliveries; nobody adds deliveries to it meanwhile, so the next one cannot be overlooked.
 */
export async function recordAttempt(
  { db, now, logger }: Recording,
  delivery: ClaimedDelivery,
  attempt: TimedAttempt,
): Promise<AttemptOutcome> {
  const { endpointId } = delivery;
  const at = now();
  return db.$transaction(async (tx) => {
    const [endpoint] = await tx.$queryRaw<Endpoint[]>`
      SELECT failing_since AS "failingSince", disabled_at AS "disabledAt"
      FROM webhook_endpoints WHERE id = ${endpointId} FOR NO KEY UPDATE`;
    if (!endpoint) return attempt.error === null ? 'delivered' : 'failed';
    await logAttempt(tx, delivery, attempt);
    if (attempt.error === null) {
      if (endpoint.failingSince)
        await tx.webhookEndpoint.update({ where: { id: endpointId }, data: { failingSince: null } });
      await settle(tx, delivery, attempt, at);
      return 'delivered';
    }
    const failingSince = endpoint.failingSince ?? at;
    if (!endpoint.failingSince)
      await tx.webhookEndpoint.update({ where: { id: endpointId }, data: { failingSince } });
    if (attempt.peaceMs !== undefined) await leaveInPeace(tx, endpointId, at, attempt.peaceMs);
    const isSettled = await recordFailure(tx, delivery, attempt, at);
    if (!endpoint.disabledAt && (attempt.status === gone || hasFailedTooLong(failingSince, at))) {
      const reason = attempt.status === gone ? 'GONE' : 'FAILING';
      await disable(tx, { endpointId, reason, failingSince, at });
      logger.warn({ endpointId, reason }, 'disabled a webhook');
    }
    return isSettled ? 'given_up' : 'failed';
  });
}

type Endpoint = { failingSince: Date | null; disabledAt: Date | null };

/** Nothing is posted to the endpoint for so long: what asked for it is the receiver, not one event. */
async function leaveInPeace(
  tx: Prisma.TransactionClient,
  endpointId: string,
  at: Date,
  peaceMs: number,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE webhook_endpoints SET paused_until = greatest(paused_until, ${new Date(at.getTime() + peaceMs)}::timestamptz)
    WHERE id = ${endpointId}`;
}

/** @returns whether that was the last attempt */
async function recordFailure(
  tx: Prisma.TransactionClient,
  delivery: ClaimedDelivery,
  attempt: Attempt,
  at: Date,
): Promise<boolean> {
  const { id, attempts } = delivery;
  const next = nextAttempt(attempts, at, { random: Math.random(), peaceMs: attempt.peaceMs });
  if (!next) return settle(tx, delivery, attempt, at);
  // Not when the lease has run out and another process tries it by now.
  await tx.webhookDelivery.updateMany({
    where: { id, attempts, status: 'PENDING' },
    data: { dueAt: next, lastStatus: attempt.status, lastError: attempt.error },
  });
  return false;
}

/** Ends a delivery and lets the next of its key begin. @returns whether it was not ended before */
async function settle(
  tx: Prisma.TransactionClient,
  { id, endpointId, key }: ClaimedDelivery,
  { status, error }: Attempt,
  at: Date,
): Promise<boolean> {
  const { count } = await tx.webhookDelivery.updateMany({
    where: { id, status: 'PENDING' },
    data: {
      status: error === null ? 'DELIVERED' : 'FAILED',
      body: null,
      settledAt: at,
      lastStatus: status,
      lastError: error,
    },
  });
  if (count === 0) return false;
  await tx.$executeRaw`
    UPDATE webhook_deliveries SET due_at = ${at}
    WHERE due_at IS NULL AND id = (
      SELECT id FROM webhook_deliveries
      WHERE endpoint_id = ${endpointId} AND key = ${key} AND status = 'PENDING' ORDER BY id LIMIT 1)`;
  return true;
}

type Disabling = { endpointId: string; reason: 'FAILING' | 'GONE'; failingSince: Date; at: Date };

/** The organisation hears of it by an event; the deliveries that wait are kept. */
async function disable(
  tx: Prisma.TransactionClient,
  { endpointId, reason, failingSince, at }: Disabling,
): Promise<void> {
  await leaveReader(tx, endpointId);
  const { organisationId } = await tx.webhookEndpoint.update({
    where: { id: endpointId },
    data: { disabledReason: reason, disabledAt: at },
    select: { organisationId: true },
  });
  const event = webhookDisabled.of(endpointId, {
    endpointId,
    reason,
    failingSince: failingSince.toISOString(),
  });
  await tellPartners(tx, { ...event, at }, [organisationId]);
}
