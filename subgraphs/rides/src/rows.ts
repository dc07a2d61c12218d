import { rideStatusChanged } from '@meridian/contracts/rides';
import type { Cache } from '@meridian/kernel/cache';
import type { LoggedEvent } from '@meridian/kernel/event-log/log-table';
import type { DriverRow } from './driver/driver.loaders.ts';
import type { RideRow } from './ride/ride.loaders.ts';

export type Rows = ReturnType<typeof cachedRows>;

/** What rides caches, by id. Who may see a row, or a field of it, is decided anew each time that it resolves. */
export const cachedRows = (cache: Cache) => ({
  drivers: cache.rows<DriverRow>({ name: 'rides:driver:1', ttlSeconds: 60 }),
  rides: cache.rows<RideRow>({ name: 'rides:ride:1', ttlSeconds: 60 }),
});

/** Forgets what an event made old, before anyone hears of the event. */
export async function invalidateRows(rows: Rows, event: LoggedEvent): Promise<void> {
  if (event.type === rideStatusChanged.type) await forgetRide(rows, rideStatusChanged.read(event));
}

/** A step of a ride changes its driver too: free, or taken. */
export async function forgetRide(rows: Rows, ride: { rideId: string; driverId: string }): Promise<void> {
  await Promise.all([rows.rides.invalidate([ride.rideId]), rows.drivers.invalidate([ride.driverId])]);
}
