import { webhookDisabled } from '@meridian/contracts/partner-events';
import type { Context } from '../context.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import { tellPartners } from '../partner/tell-partners.ts';
import type { ClaimedDelivery } from './claim-deliveries.ts';
import { hasFailedTooLong, nextAttempt } from './schedule.rules.ts';
import type { Attempt } from './sender.ts';

export type Recording = Pick<Context, 'db' | 'now' | 'logger'>;
export type AttemptOutcome = 'delivered' | 'failed' | 'given_up';

/** The status by which a receiver says that it wants no more. */
const gone = 410;

/** Writes down what became of an attempt, and disables an endpoint that has failed for too long or wants no more. */
export async function recordAttempt(
  context: Recording,
  delivery: ClaimedDelivery,
  attempt: Attempt,
): Promise<AttemptOutcome> {
  if (attempt.error !== null) return recordFailure(context, delivery, attempt);
  // Two statements: nobody who takes the endpoint and then its deliveries waits for us while we wait for them.
  const { id, endpointId } = delivery;
  const failing = { id: endpointId, failingSince: { not: null } };
  await context.db.webhookEndpoint.updateMany({ where: failing, data: { failingSince: null } });
  // Whoever tries it by now, should the lease have run out: the receiver has it.
  await context.db.webhookDelivery.updateMany({
    where: { id, status: 'PENDING' },
    data: {
      status: 'DELIVERED',
      body: null,
      settledAt: context.now(),
      lastStatus: attempt.status,
      lastError: null,
    },
  });
  return 'delivered';
}

async function recordFailure(
  { db, now, logger }: Recording,
  { id, endpointId, attempts }: ClaimedDelivery,
  { status, error }: Attempt,
): Promise<AttemptOutcome> {
  const at = now();
  const next = nextAttempt(attempts, at, Math.random());
  return db.$transaction(async (tx) => {
    // The endpoint first, as everyone locks it who takes both.
    const [endpoint] = await tx.$queryRaw<{ failingSince: Date }[]>`
      UPDATE webhook_endpoints SET failing_since = COALESCE(failing_since, ${at})
      WHERE id = ${endpointId} AND disabled_at IS NULL
      RETURNING failing_since AS "failingSince"`;
    const { count } = await tx.webhookDelivery.updateMany({
      where: { id, attempts, status: 'PENDING' },
      data: {
        lastStatus: status,
        lastError: error,
        ...(next ? { dueAt: next } : { status: 'FAILED', body: null, settledAt: at }),
      },
    });
    if (endpoint && (status === gone || hasFailedTooLong(endpoint.failingSince, at))) {
      const reason = status === gone ? 'GONE' : 'FAILING';
      await disable(tx, { endpointId, reason, failingSince: endpoint.failingSince, at });
      logger.warn({ endpointId, reason }, 'disabled a webhook');
    }
    return next || count === 0 ? 'failed' : 'given_up';
  });
}

type Disabling = { endpointId: string; reason: 'FAILING' | 'GONE'; failingSince: Date; at: Date };

/** The organisation hears of it by an event; the deliveries that wait are kept. */
async function disable(
  tx: Prisma.TransactionClient,
  { endpointId, reason, failingSince, at }: Disabling,
): Promise<void> {
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
