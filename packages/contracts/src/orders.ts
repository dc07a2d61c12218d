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
  orderId: z.string().describe('The order'),
  customerId: z.string().describe('The user who ordered'),
  total: moneyShape.describe('What it costs together'),
  lines: z
    .array(
      z.object({
        variantId: z.string().describe('The variant'),
        quantity: z.int().describe('How many'),
        unitPrice: moneyShape.describe('What one costs'),
      }),
    )
    .describe('What was ordered'),
});

/** An order that was placed is taken back; one that never came so far is not told of. */
export const orderCancelled = contract('order.cancelled.v1', {
  orderId: z.string().describe('The order'),
  customerId: z.string().describe('The user who ordered'),
  reason: z.string().describe('Why, in words of the customer'),
});

/** Every step of every order, for who follows it. */
export const orderStatusChanged = contract('order.status-changed.v1', {
  orderId: z.string().describe('The order'),
  customerId: z.string().describe('The user who ordered'),
  from: orderStatus.describe('The status before'),
  to: orderStatus.describe('The status from now on'),
});
