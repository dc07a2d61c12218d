import type { StockRefusal } from '@meridian/contracts/catalog';
import { orderStatusChanged } from '@meridian/contracts/orders';
import { publish } from '@meridian/kernel/outbox';
import { lockCart } from '../cart/lock-cart.ts';
import type { VariantForCart } from '../catalog/catalog.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import { nextAttempt, refusalOf } from './order.rules.ts';
import { tryToReleaseStock } from './release-stock.ts';
import type { OrderWithLines, Settling } from './settle-order.ts';

/**
 * The catalog took nothing: the order comes to nothing, and the cart is kept, with the prices of now where they were the
 * reason. Does nothing when the order is no longer pending.
 *
 * The stock is returned all the same: a twin of the refused command, late or repeated, may have found stock, and only
 * `returnStock` keeps it from holding any for an order that is rejected.
 */
export async function rejectOrder(
  context: Settling,
  order: OrderWithLines,
  refused: readonly StockRefusal[],
): Promise<void> {
  const { db, rows, catalog, now } = context;
  const { id: orderId, customerId } = order;
  const dearer = refused.filter(({ reason }) => reason === 'PRICE_CHANGED').map(({ variantId }) => variantId);
  const variants = dearer.length > 0 ? await catalog.variantsForCart(dearer) : [];

  const rejected = await db.$transaction(async (tx) => {
    const { count } = await tx.order.updateMany({
      where: { id: orderId, status: 'PENDING' },
      data: {
        status: 'REJECTED',
        refusals: refused.map((refusal) => refusalOf(refusal, order.lines)),
        stockDueAt: nextAttempt(now()),
      },
    });
    if (count === 0) return false;
    const { id: cartId } = await lockCart(tx, customerId, now());
    await showPrices(tx, cartId, variants);
    await publish(
      tx,
      orderStatusChanged.of(orderId, { orderId, customerId, from: 'PENDING', to: 'REJECTED' }),
    );
    return true;
  });
  await rows.orders.invalidate([orderId]);
  if (rejected) await tryToReleaseStock(context, orderId);
}

async function showPrices(tx: Prisma.TransactionClient, cartId: string, variants: readonly VariantForCart[]) {
  for (const { id: variantId, price, priceVersion } of variants) {
    await tx.cartLine.updateMany({
      where: { cartId, variantId },
      data: { unitPriceMinor: BigInt(price.amountMinor), currency: price.currency, priceVersion },
    });
  }
}
