import { type OrderForDelivery, orderForDelivery } from '@meridian/contracts/orders';
import { z } from 'zod';
import type { Context } from '../context.ts';

const query = `query OrderForDelivery($orderId: ID!) {
  orderForDelivery(orderId: $orderId) { orderId customerId status }
}`;
const data = z.object({ orderForDelivery: orderForDelivery.nullable() });

/**
 * What orders knows of an order that is to be delivered; null when there is none.
 * @throws SUBGRAPH_UNAVAILABLE when orders does not answer
 */
export async function askForOrder(
  { orders, correlationId }: Pick<Context, 'orders' | 'correlationId'>,
  orderId: string,
): Promise<OrderForDelivery | null> {
  return (await orders.call({ query, variables: { orderId }, correlationId, data })).orderForDelivery;
}
