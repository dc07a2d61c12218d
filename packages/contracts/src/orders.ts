import { z } from 'zod';
import { contract, moneyShape } from './contract.ts';

/** The scope of the service that delivers orders; no person holds it. */
export const deliveryCommandScope = 'service:delivery';

export const orderStatus = z.enum(['PENDING', 'CONFIRMED', 'DELIVERED', 'CANCELLED', 'REJECTED']);
export type OrderStatus = z.infer<typeof orderStatus>;

/** The answer to the internal query `orderForDelivery(orderId:)`. */
export const orderForDelivery = z.object({
  orderId: z.string(),
  customerId: z.string(),
  status: orderStatus,
});
export type OrderForDelivery = z.infer<typeof orderForDelivery>;

/** The stock is taken and the buyer has our promise. */
export const orderPlaced = contract('order.placed.v1', {
  orderId: z.string(),
  customerId: z.string(),
  total: moneyShape,
  lines: z.array(z.object({ variantId: z.string(), quantity: z.int(), unitPrice: moneyShape })),
});

/** An order that was placed is taken back; one that never came so far is not told of. */
export const orderCancelled = contract('order.cancelled.v1', {
  orderId: z.string(),
  customerId: z.string(),
  reason: z.string(),
});

/** Every step of every order, for who follows it. */
export const orderStatusChanged = contract('order.status-changed.v1', {
  orderId: z.string(),
  customerId: z.string(),
  from: orderStatus,
  to: orderStatus,
});
