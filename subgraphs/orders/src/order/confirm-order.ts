import type { LineSnapshot } from '@meridian/contracts/catalog';
import { orderPlaced, orderStatusChanged } from '@meridian/contracts/orders';
import { publish } from '@meridian/kernel/outbox';
import { lockCart } from '../cart/lock-cart.ts';
import type { Context } from '../context.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import type { OrderWithLines } from './settle-order.ts';

/**
 * The stock is taken: the order stands, told as `order.placed.v1`, and what was ordered leaves the cart. What the buyer
 * put in meanwhile stays there. Does nothing when the order is no longer pending.
 */
export async function confirmOrder(
  { db, rows, now }: Pick<Context, 'db' | 'rows' | 'now'>,
  order: OrderWithLines,
  taken: readonly LineSnapshot[],
): Promise<void> {
  const { id: orderId, customerId } = order;
  await db.$transaction(async (tx) => {
    const { count } = await tx.order.updateMany({
      where: { id: orderId, status: 'PENDING' },
      data: { status: 'CONFIRMED', stockDueAt: null },
    });
    if (count === 0) return;
    await nameLines(tx, orderId, taken);
    const { id: cartId } = await lockCart(tx, customerId, now());
    await takeFromCart(tx, cartId, order.lines);
    const total = { amountMinor: Number(order.totalMinor), currency: order.currency };
    const lines = taken.map(({ variantId, quantity, unitPrice }) => ({ variantId, quantity, unitPrice }));
    await publish(
      tx,
      orderPlaced.of(orderId, { orderId, customerId, total, lines }),
      orderStatusChanged.of(orderId, { orderId, customerId, from: 'PENDING', to: 'CONFIRMED' }),
    );
  });
  await rows.orders.invalidate([orderId]);
}

/** The lines get the names of the moment in which they were bought; those in the cart may have been older. */
async function nameLines(tx: Prisma.TransactionClient, orderId: string, taken: readonly LineSnapshot[]) {
  const column = (name: 'variantId' | 'sku' | 'productName' | 'variantName') =>
    taken.map((line) => line[name]);
  await tx.$executeRaw`
    UPDATE order_lines l SET sku = t.sku, product_name = t.product_name, variant_name = t.variant_name
    FROM unnest(${column('variantId')}::text[], ${column('sku')}::text[],
      ${column('productName')}::text[], ${column('variantName')}::text[]
    ) AS t(variant_id, sku, product_name, variant_name)
    WHERE l.order_id = ${orderId} AND l.variant_id = t.variant_id`;
}

async function takeFromCart(
  tx: Prisma.TransactionClient,
  cartId: string,
  lines: readonly { variantId: string; quantity: number }[],
) {
  const ids = lines.map(({ variantId }) => variantId);
  const quantities = lines.map(({ quantity }) => quantity);
  await tx.$executeRaw`
    WITH ordered AS (
      SELECT * FROM unnest(${ids}::text[], ${quantities}::int[]) AS o(variant_id, quantity)
    ), emptied AS (
      DELETE FROM cart_lines l USING ordered o
      WHERE l.cart_id = ${cartId} AND l.variant_id = o.variant_id AND l.quantity <= o.quantity
    )
    UPDATE cart_lines l SET quantity = l.quantity - o.quantity FROM ordered o
    WHERE l.cart_id = ${cartId} AND l.variant_id = o.variant_id AND l.quantity > o.quantity`;
}
