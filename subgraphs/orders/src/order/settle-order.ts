import type { Context } from '../context.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import { confirmOrder } from './confirm-order.ts';
import { rejectOrder } from './reject-order.ts';
import { releaseStock } from './release-stock.ts';

export type Settling = Pick<Context, 'db' | 'rows' | 'catalog' | 'logger' | 'now'>;

export type OrderWithLines = Prisma.OrderGetPayload<{ include: { lines: true } }>;

/**
 * Brings the order and its stock to agree: asks the catalog for what a pending order needs, or to take back what an
 * order that came to nothing may hold. Safe to repeat and to run twice at once: the catalog's commands are idempotent by
 * the order's id, and only one of two transactions finds the order still pending.
 * @throws SUBGRAPH_UNAVAILABLE when the catalog's answer is not to be had; all is as before
 */
export async function settleOrder(context: Settling, orderId: string): Promise<void> {
  const order = await context.db.order.findUnique({
    where: { id: orderId },
    include: { lines: { orderBy: { position: 'asc' } } },
  });
  if (!order?.stockDueAt) return;
  if (order.status === 'PENDING') await takeStock(context, order);
  else await releaseStock(context, orderId);
}

async function takeStock(context: Settling, order: OrderWithLines): Promise<void> {
  const { lines, refusals } = await context.catalog.takeStock(
    order.id,
    order.lines.map(({ variantId, quantity, unitPriceMinor, currency }) => ({
      variantId,
      quantity,
      expectedPriceMinor: Number(unitPriceMinor),
      currency,
    })),
  );
  if (refusals.length === 0) await confirmOrder(context, order, lines);
  else await rejectOrder(context, order, refusals);
}
