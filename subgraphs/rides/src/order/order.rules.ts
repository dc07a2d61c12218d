import type { OrderForDelivery } from '@meridian/contracts/orders';
import { invalidInput, unknownEntity } from '@meridian/kernel/user-errors';

/** Why this person cannot have this order delivered; null when they can. Others' orders do not exist for them. */
export function whyNotDeliverable(order: OrderForDelivery | null, orderId: string, riderId: string) {
  if (order?.customerId !== riderId) return unknownEntity(`There is no order ${orderId}`, 'orderId');
  return order.status === 'CONFIRMED'
    ? null
    : invalidInput(
        `The order is ${order.status.toLowerCase()}; only confirmed ones are delivered`,
        'orderId',
      );
}
