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
  rideId: z.string().describe('The ride'),
  riderId: z.string().describe('The user who is driven, or who gets the delivery'),
  driverId: z.string().describe('The driver'),
  driverUserId: z
    .string()
    .nullable()
    .default(null)
    .describe('The user who is the driver; null in events written before this was told'),
  orderId: z.string().nullable().describe('The order that it delivers; null when it carries people'),
  from: rideStatus.nullable().describe('The status before; null for the first step'),
  to: rideStatus.describe('The status from now on'),
  version: z.int().describe('Counts the steps of the ride'),
});
