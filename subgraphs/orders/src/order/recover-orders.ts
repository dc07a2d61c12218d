import type { Context } from '../context.ts';
import { nextAttempt } from './order.rules.ts';
import { type Settling, settleOrder } from './settle-order.ts';

type Recovering = Settling & Pick<Context, 'pool'>;

const batchSize = 20;

/**
 * Takes orders that are due, so that no other process takes them for a while: no lock is held while the catalog thinks,
 * and a process that dies now only delays its orders.
 */
const claimDue = `
  UPDATE orders SET stock_due_at = $2
  WHERE id IN (
    SELECT id FROM orders WHERE stock_due_at <= $1
    ORDER BY stock_due_at LIMIT ${batchSize} FOR UPDATE SKIP LOCKED)
  RETURNING id`;

/**
 * Settles what the requests that began it did not: their process died, or the catalog was away.
 * @returns how many orders were settled; those that fail become due again
 */
export async function recoverOrders(context: Recovering): Promise<number> {
  const { pool, logger, now } = context;
  let settled = 0;
  for (;;) {
    const { rows } = await pool.query<{ id: string }>(claimDue, [now(), nextAttempt(now())]);
    for (const { id } of rows) {
      try {
        await settleOrder(context, id);
        settled++;
      } catch (error) {
        logger.warn({ err: error, orderId: id }, 'could not settle an order; trying again later');
      }
    }
    if (rows.length < batchSize) return settled;
  }
}

/** Recovers now and then again and again, until it is stopped. */
export function startRecovery(context: Recovering, everyMs: number): { stop(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const recover = async (): Promise<void> => {
    try {
      const settled = await recoverOrders(context);
      if (settled > 0) context.logger.info({ settled }, 'settled orders that were left open');
    } catch (error) {
      context.logger.warn({ err: error }, 'could not look for orders that were left open');
    }
    if (!stopped) timer = setTimeout(() => (running = recover()), everyMs);
  };
  let running = recover();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
