import { randomBytes } from 'node:crypto';
import { type Once, type Outcome, once } from '@meridian/kernel/idempotency';
import { newId } from '@meridian/kernel/ids';
import type { Viewer } from '@meridian/kernel/viewer';
import { sumOf, whyNotOrderable } from '../cart/cart.rules.ts';
import { lockCart } from '../cart/lock-cart.ts';
import type { Context } from '../context.ts';
import type { PlaceOrderInput } from '../generated/graphql.ts';
import type { CartLineModel } from '../generated/prisma/models.ts';
import { nextAttempt } from './order.rules.ts';
import { orderNumber } from './order-number.ts';

export type BegunOrder =
  /** An order of the same cart has no answer yet: what the cart will hold is not known. */
  { underWay: string } | Once<Outcome & { orderId?: string }>;

/**
 * The first step of placing an order: it stands, `PENDING`, with what is in the cart. From here on the idempotency key
 * names this order, and recovery sees to it if this process does not.
 */
export async function beginOrder(
  { db, now }: Pick<Context, 'db' | 'now'>,
  viewer: Viewer,
  input: PlaceOrderInput,
): Promise<BegunOrder> {
  const placedAt = now();
  return db.$transaction(async (tx): Promise<BegunOrder> => {
    const cart = await lockCart(tx, viewer.id, placedAt);
    const repeated = await tx.idempotencyKey.count({
      where: { viewerId: viewer.id, key: input.idempotencyKey },
    });
    const underWay = await tx.order.findFirst({
      where: { customerId: viewer.id, status: 'PENDING' },
      select: { id: true },
    });
    // A repeated request is about an order that is begun already, perhaps this one; it waits for no other.
    if (underWay && !repeated) return { underWay: underWay.id };

    return once(tx, viewer, { operation: 'placeOrder', input }, async () => {
      const lines = await tx.cartLine.findMany({
        where: { cartId: cart.id },
        orderBy: [{ addedAt: 'asc' }, { variantId: 'asc' }],
      });
      const [first] = lines;
      const because = whyNotOrderable(lines, input.expectedSubtotalMinor);
      if (because || !first) return { userErrors: because ? [because] : [] };

      const subtotalMinor = sumOf(lines);
      const { id: orderId } = await tx.order.create({
        data: {
          id: newId('order'),
          number: orderNumber(placedAt, randomBytes(8)),
          customerId: viewer.id,
          status: 'PENDING',
          currency: first.currency,
          subtotalMinor,
          totalMinor: subtotalMinor,
          placedAt,
          stockDueAt: nextAttempt(placedAt),
          lines: { createMany: { data: lines.map(orderLine) } },
        },
      });
      return { orderId, userErrors: [] };
    });
  });
}

const orderLine = (
  { variantId, sku, productName, variantName, quantity, unitPriceMinor, currency }: CartLineModel,
  index: number,
) => ({ position: index + 1, variantId, sku, productName, variantName, quantity, unitPriceMinor, currency });
