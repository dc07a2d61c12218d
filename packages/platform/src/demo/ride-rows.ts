import type { RowOf } from '@meridian/kernel/bulk';
import { isCancelled } from '@meridian/rides/ride/ride.rules';
import type { tables } from '@meridian/rides/tables';
import { pointAt } from './city.ts';
import { minutes } from './days.ts';
import type { Driver } from './drivers.ts';
import type { Ride } from './rides.ts';

type Rows<Name extends keyof typeof tables> = RowOf<(typeof tables)[Name]>[];

export const driverRows = (drivers: readonly Driver[]): Rows<'drivers'> =>
  drivers.map(({ id, userId, status, plate, model, rideClass, capacity, createdAt }) => ({
    id,
    user_id: userId,
    status,
    plate,
    model,
    class: rideClass,
    capacity,
    created_at: createdAt,
  }));

/** Where each driver was a minute ago; numbered 0, so that whatever a driver reports is newer. */
export function positionRows(
  drivers: readonly Driver[],
  rides: readonly Ride[],
  now: Date,
): Rows<'driverPositions'> {
  const underWay = new Map(
    rides.flatMap(({ driver, position }) => (position ? [[driver.id, position] as const] : [])),
  );
  return drivers.map(({ id, at }) => {
    const { point, headingDeg, speedMps } = underWay.get(id) ?? {
      point: pointAt(at),
      headingDeg: null,
      speedMps: 0,
    };
    return {
      driver_id: id,
      ...point,
      heading_deg: headingDeg,
      speed_mps: speedMps,
      sequence: 0n,
      recorded_at: minutes(now, -1),
    };
  });
}

export const rideRows = (rides: readonly Ride[]): Rows<'rides'> =>
  rides.map(({ id, riderId, driver, orderId, pickup, dropoff, distanceMeters, fareMinor, steps }) => {
    const last = steps.at(-1) ?? steps[0];
    return {
      id,
      rider_id: riderId,
      driver_id: driver.id,
      order_id: orderId,
      status: last.to,
      version: steps.length,
      class: driver.rideClass,
      pickup_latitude: pickup.latitude,
      pickup_longitude: pickup.longitude,
      dropoff_latitude: dropoff.latitude,
      dropoff_longitude: dropoff.longitude,
      distance_meters: distanceMeters,
      fare_minor: fareMinor,
      currency: 'EUR',
      requested_at: steps[0].at,
      completed_at: last.to === 'COMPLETED' ? last.at : null,
      cancelled_at: isCancelled(last.to) ? last.at : null,
      cancel_reason: isCancelled(last.to) ? 'no longer needed' : null,
    };
  });

export const rideEventRows = (rides: readonly Ride[]): Rows<'rideEvents'> =>
  rides.flatMap(({ id, steps }) =>
    steps.map(({ to, at, by }, i) => ({
      ride_id: id,
      version: i + 1,
      from_status: steps[i - 1]?.to ?? null,
      to_status: to,
      actor_id: by,
      at,
    })),
  );
