import { z } from 'zod';
import { contract } from './contract.ts';

export const rideStatus = z.enum([
  'ACCEPTED',
  'ARRIVED',
  'IN_PROGRESS',
  'COMPLETED',
  'CANCELLED_BY_RIDER',
  'CANCELLED_BY_DRIVER',
  'CANCELLED_BY_SYSTEM',
]);
export type RideStatus = z.infer<typeof rideStatus>;

/** Every step of every ride, the first one from null. */
export const rideStatusChanged = contract('ride.status-changed.v1', {
  rideId: z.string(),
  riderId: z.string(),
  driverId: z.string(),
  /** The order that it delivers; null when it carries people. */
  orderId: z.string().nullable(),
  from: rideStatus.nullable(),
  to: rideStatus,
  version: z.int(),
});
