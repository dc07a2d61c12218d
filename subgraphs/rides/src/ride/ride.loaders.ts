import type { CachedRows } from '@meridian/kernel/cache';
import { batchRead, groupLoader, pageLoader, rowLoader } from '@meridian/kernel/loaders';
import { type Connection, connectionOf, type Page } from '@meridian/kernel/pagination';
import type { Pool } from 'pg';
import type { RideEventModel, RideModel } from '../generated/prisma/models.ts';

/** A ride, and the user who drives it: with the rider, those who may see it. */
export type RideRow = RideModel & { driverUserId: string };
export type RideEventRow = RideEventModel;

const columns = `r.id, r.rider_id AS "riderId", r.driver_id AS "driverId", d.user_id AS "driverUserId",
  r.order_id AS "orderId", r.status, r.version, r.class AS "rideClass",
  r.pickup_latitude AS "pickupLatitude", r.pickup_longitude AS "pickupLongitude",
  r.dropoff_latitude AS "dropoffLatitude", r.dropoff_longitude AS "dropoffLongitude",
  r.distance_meters AS "distanceMeters", r.fare_minor AS "fareMinor", r.currency,
  r.requested_at AS "requestedAt", r.completed_at AS "completedAt", r.cancelled_at AS "cancelledAt",
  r.cancel_reason AS "cancelReason"`;
const rides = `SELECT ${columns} FROM rides r JOIN drivers d ON d.id = r.driver_id`;

const byId = `${rides} WHERE r.id = ANY($1)`;
const liveByOrder = `${rides} WHERE r.order_id = ANY($1) AND r.cancelled_at IS NULL`;
const activeByDriver = `${rides}
  WHERE r.driver_id = ANY($1) AND r.completed_at IS NULL AND r.cancelled_at IS NULL`;
const events = `
  SELECT ride_id AS "rideId", version, from_status AS "from", to_status AS "to", actor_id AS "actorId", at
  FROM ride_events WHERE ride_id = ANY($1) ORDER BY ride_id, version`;

/** The same page of the rides of many riders, or drivers, in one statement. */
const newestOf = (column: 'rider_id' | 'driver_id') => `
  SELECT ${columns}
  FROM unnest($1::text[]) AS wanted(id)
  CROSS JOIN LATERAL (
    SELECT * FROM rides
    WHERE ${column} = wanted.id AND ($2::timestamptz IS NULL OR (requested_at, id) < ($2, $3))
    ORDER BY requested_at DESC, id DESC
    LIMIT $4
  ) r
  JOIN drivers d ON d.id = r.driver_id
  ORDER BY r.requested_at DESC, r.id DESC`;

export const rideLoaders = (pool: Pool, cache: CachedRows<RideRow>) => ({
  ride: rowLoader(batchRead<RideRow>(pool, 'ride-by-id', byId), ({ id }) => id, cache),
  deliveryOfOrder: rowLoader(
    batchRead<RideRow>(pool, 'ride-by-order', liveByOrder),
    ({ orderId }) => orderId ?? '',
  ),
  activeRideOfDriver: rowLoader(
    batchRead<RideRow>(pool, 'active-ride-by-driver', activeByDriver),
    ({ driverId }) => driverId,
  ),
  rideEvents: groupLoader(batchRead<RideEventRow>(pool, 'ride-events', events), ({ rideId }) => rideId),
  ridesOfRider: ridePages(pool, 'rides-of-riders', 'rider_id', ({ riderId }) => riderId),
  ridesOfDriver: ridePages(pool, 'rides-of-drivers', 'driver_id', ({ driverId }) => driverId),
});

const ridePages = (
  pool: Pool,
  name: string,
  column: 'rider_id' | 'driver_id',
  keyOf: (row: RideRow) => string,
) =>
  pageLoader(async (keys, { first, after }) => {
    const values = [keys, after?.[0] ?? null, after?.[1] ?? null, first + 1];
    return (await pool.query<RideRow>({ name, text: newestOf(column), values })).rows;
  }, keyOf);

/** A page from the rows that one of the loaders above loaded. */
export const ridePage = (rows: RideRow[], page: Page): Connection<RideRow> =>
  connectionOf(rows, page, ({ requestedAt, id }) => [requestedAt.toISOString(), id]);
