import type { Point } from './distance.rules.ts';

type Way = {
  pickupLatitude: number;
  pickupLongitude: number;
  dropoffLatitude: number;
  dropoffLongitude: number;
};

/** Where a row of a quote or a ride begins and ends, for the fields of its type. */
export const pickupAndDropoff = {
  pickup: ({ pickupLatitude, pickupLongitude }: Way): Point => ({
    latitude: pickupLatitude,
    longitude: pickupLongitude,
  }),
  dropoff: ({ dropoffLatitude, dropoffLongitude }: Way): Point => ({
    latitude: dropoffLatitude,
    longitude: dropoffLongitude,
  }),
};
