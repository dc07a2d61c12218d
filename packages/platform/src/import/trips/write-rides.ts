import { upsert } from '@meridian/kernel/bulk';
import { tables } from '@meridian/rides/tables';
import type { Pools } from '../dataset.ts';
import { inTransaction } from '../transaction.ts';
import { peopleOf } from './crew.rules.ts';
import { estimatedEnd, judgeTrip, type Trip } from './judge-trip.rules.ts';
import { tripIds } from './trip-ids.ts';
import type { TripRow } from './trip-row.ts';

/** Trips as completed rides. Hailed in the street, they begin when the rider gets in. @returns rows changed */
export async function writeRides(pools: Pools, rows: readonly TripRow[]): Promise<number> {
  const trips = new Map<string, Trip>();
  for (const row of rows) {
    const verdict = judgeTrip(row);
    if ('kept' in verdict) trips.set(tripIds.ride(contentOf(row)), verdict.kept);
  }
  return inTransaction(pools.rides, async (client) => {
    const inRides = await upsert(
      client,
      tables.rides,
      [...trips].map(([id, trip]) => rideRow(id, trip)),
    );
    const inEvents = await upsert(
      client,
      tables.rideEvents,
      [...trips].flatMap(([id, trip]) => eventRows(id, trip)),
    );
    return inRides + inEvents;
  });
}

const contentOf = ({ key, pickedUpAt, pickup, dropoff }: TripRow): string =>
  [key, pickedUpAt.getTime(), pickup.latitude, pickup.longitude, dropoff.latitude, dropoff.longitude].join(
    '\n',
  );

const steps = ['ACCEPTED', 'ARRIVED', 'IN_PROGRESS', 'COMPLETED'] as const;

function rideRow(id: string, trip: Trip) {
  const { driver, rider } = peopleOf(trip);
  return {
    id,
    rider_id: tripIds.rider(rider),
    driver_id: tripIds.driver(driver),
    order_id: null,
    status: 'COMPLETED',
    version: steps.length,
    class: trip.rideClass,
    pickup_latitude: trip.pickup.latitude,
    pickup_longitude: trip.pickup.longitude,
    dropoff_latitude: trip.dropoff.latitude,
    dropoff_longitude: trip.dropoff.longitude,
    distance_meters: trip.distanceMeters,
    fare_minor: trip.fareMinor,
    currency: 'USD',
    requested_at: trip.pickedUpAt,
    completed_at: estimatedEnd(trip),
    cancelled_at: null,
    cancel_reason: null,
  };
}

function eventRows(id: string, trip: Trip) {
  const driver = tripIds.driverUser(peopleOf(trip).driver);
  return steps.map((to, i) => ({
    ride_id: id,
    version: i + 1,
    from_status: steps[i - 1] ?? null,
    to_status: to,
    actor_id: driver,
    at: to === 'COMPLETED' ? estimatedEnd(trip) : trip.pickedUpAt,
  }));
}
