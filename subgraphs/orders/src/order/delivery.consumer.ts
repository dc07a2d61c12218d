import { rideStatusChanged } from '@meridian/contracts/rides';
import type { ConsumerOptions } from '@meridian/kernel/bus/consumer';
import type { Context } from '../context.ts';
import { recordDelivery } from './record-delivery.ts';

/** Hears of rides that deliver orders. The name is kept in the inbox: it stays as it is. */
export const deliveryConsumer = (context: Pick<Context, 'db' | 'rows'>): ConsumerOptions => ({
  name: 'orders.deliveries',
  hears: { rides: [rideStatusChanged.type] },
  handle: (message) => recordDelivery(context, 'orders.deliveries', message),
});
