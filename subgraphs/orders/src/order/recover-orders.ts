import { AppError } from '@meridian/kernel/errors';
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
 * Settles what the requests that began it did not: their process died, or the catalog was away. Those that fail become
 * due again; when the catalog is away, so do all that are left.
 * @returns how many orders were settled
 */
export async function recoverOrders(context: Recovering, signal?: AbortSignal): Promise<number> {
  const { pool, logger, now } = context;
  let settled = 0;
  for (;;) {
    const { rows } = await pool.query<{ id: string }>(claimDue, [now(), nextAttempt(now())]);
    for (const { id } of rows) {
      if (signal?.aborted) return settled;
      try {
        await settleOrder(context, id);
        settled++;
      } catch (error) {
        logger.warn({ err: error, orderId: id }, 'could not settle an order; trying again later');
        if (isUnavailable(error)) return settled;
      }
    }
    if (rows.length < batchSize) return settled;
  }
}

const isUnavailable = (error: unknown) =>
  error instanceof AppError && error.extensions['code'] === 'SUBGRAPH_UNAVAILABLE';

/** Recovers now and then again and again, until it is stopped. */
export function startRecovery(context: Recovering, everyMs: number): { stop(): Promise<void> } {
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running = recover();
  return {
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await running;
    },
  };

  async function recover(): Promise<void> {
    try {
      const settled = await recoverOrders(context, stopping.signal);
      if (settled > 0) context.logger.info({ settled }, 'settled orders that were left open');
    } catch (error) {
      context.logger.warn({ err: error }, 'could not look for orders that were left open');
    }
    if (stopping.signal.aborted) return;
    timer = setTimeout(() => {
      running = recover();
    }, everyMs);
  }
}
