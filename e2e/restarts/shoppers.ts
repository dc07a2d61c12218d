import type { Meridian, Who } from '../meridian.ts';
import { persistent } from './persist.ts';

export type Shopper = {
  /** What the shopper was told of each order. */
  orders: Map<string, string>;
  /** Orders one piece, and takes every other order back. */
  shop(variantId: string): Promise<void>;
};

export function shopper(meridian: Pick<Meridian, 'ask'>, who: Who): Shopper {
  const { carryOut } = persistent(meridian, who);
  const orders: Shopper['orders'] = new Map();
  return {
    orders,
    async shop(variantId) {
      await carryOut('cartLinesAdd', 'cart { totalQuantity }', { lines: [{ variantId, quantity: 1 }] });
      const { order } = await carryOut('placeOrder', 'order { id status }', {});
      orders.set(order.id, order.status);
      if (orders.size % 2 === 0) return;
      const input = { orderId: order.id, reason: 'a change of mind' };
      const { order: cancelled } = await carryOut('cancelOrder', 'order { id status }', input);
      orders.set(cancelled.id, cancelled.status);
    },
  };
}
