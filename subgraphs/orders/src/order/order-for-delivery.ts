import type { OrderForDelivery } from '@meridian/contracts/orders';
import type { Context } from '../context.ts';

/** What a delivery needs to know of an order, past the cache: it decides by the status. Null when there is none. */
export async function orderForDelivery(
  { db }: Pick<Context, 'db'>,
  id: string,
): Promise<OrderForDelivery | null> {
  const order = await db.order.findUnique({ where: { id }, select: { customerId: true, status: true } });
  return order && { orderId: id, ...order };
}
