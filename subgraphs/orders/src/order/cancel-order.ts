import { orderCancelled, orderStatusChanged } from '@meridian/contracts/orders';
import { once } from '@meridian/kernel/idempotency';
import { publish } from '@meridian/kernel/outbox';
import { unknownEntity } from '@meridian/kernel/user-errors';
import type { Viewer } from '@meridian/kernel/viewer';
import type { CancelOrderInput } from '../generated/graphql.ts';
import type { OrderOutcome } from './order.outcome.ts';
import { nextAttempt, whyNotCancellable, whyNotReason } from './order.rules.ts';
import { tryToReleaseStock } from './release-stock.ts';
import type { Settling } from './settle-order.ts';

/** The buyer takes an order back, told as `order.cancelled.v1`. Its stock returns now or, if that fails, later. */
export async function cancelOrder(
  context: Settling,
  viewer: Viewer,
  input: CancelOrderInput,
): Promise<OrderOutcome> {
  const { db, rows, now } = context;
  const { orderId, reason } = input;
  const outcome = await db.$transaction((tx) =>
    once<Omit<OrderOutcome, 'replayed'>>(tx, viewer, { operation: 'cancelOrder', input }, async () => {
      await tx.$queryRaw`SELECT FROM orders WHERE id = ${orderId} AND customer_id = ${viewer.id} FOR UPDATE`;
      const order = await tx.order.findFirst({ where: { id: orderId, customerId: viewer.id } });
      if (!order) return { userErrors: [unknownEntity(`There is no order ${orderId}`, 'orderId')] };
      const because = whyNotReason(reason) ?? whyNotCancellable(order);
      if (because) return { userErrors: [because] };

      const cancelledAt = now();
      await tx.order.update({
        where: { id: orderId },
        data: {
          status: 'CANCELLED',
          cancelledAt,
          cancelReason: reason.trim(),
          stockDueAt: nextAttempt(cancelledAt),
        },
      });
      const about = { orderId, customerId: viewer.id };
      if (order.status === 'CONFIRMED')
        await publish(tx, orderCancelled.of(orderId, { ...about, reason: reason.trim() }));
      await publish(tx, orderStatusChanged.of(orderId, { ...about, from: order.status, to: 'CANCELLED' }));
      return { orderId, userErrors: [] };
    }),
  );
  if ('orderId' in outcome && !outcome.replayed) {
    await rows.orders.invalidate([orderId]);
    await tryToReleaseStock(context, orderId);
  }
  return outcome;
}
