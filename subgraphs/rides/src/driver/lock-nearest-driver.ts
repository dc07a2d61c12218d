import type { Prisma } from '../generated/prisma/client.ts';
import { earthRadiusMeters, type Point } from '../geo/distance.rules.ts';
import type { RideClassName } from '../quote/quote.rules.ts';

/** Nobody waits for a driver from farther away. */
const reachMeters = 30_000;
/** A degree of latitude is at least this long, in metres. */
const shortestDegree = 110_500;

type Wanted = { rideClass: RideClassName; pickup: Point; riderId: string };

/**
 * The nearest free driver of a class, by haversine, held until the transaction ends. Those whom other transactions hold
 * are passed over, not waited for: two requests at once get two drivers. Null when there is nobody within 30 km.
 */
export async function lockNearestDriver(
  tx: Prisma.TransactionClient,
  { rideClass, pickup: { latitude, longitude }, riderId }: Wanted,
): Promise<string | null> {
  const degrees = reachMeters / shortestDegree;
  const [nearest] = await tx.$queryRaw<{ id: string }[]>`
    SELECT d.id
    FROM drivers d
    JOIN driver_positions p ON p.driver_id = d.id
    CROSS JOIN LATERAL (
      SELECT 2 * ${earthRadiusMeters}::float8 * asin(sqrt(least(1,
        sin(radians(p.latitude - ${latitude}::float8) / 2) ^ 2
        + cos(radians(p.latitude)) * cos(radians(${latitude}::float8))
          * sin(radians(p.longitude - ${longitude}::float8) / 2) ^ 2))) AS meters
    ) away
    WHERE d.status = 'AVAILABLE' AND d.class = ${rideClass}::text::ride_class AND d.user_id <> ${riderId}
      AND NOT EXISTS (
        SELECT FROM rides r WHERE r.driver_id = d.id AND r.completed_at IS NULL AND r.cancelled_at IS NULL)
      AND p.latitude BETWEEN ${latitude - degrees}::float8 AND ${latitude + degrees}::float8
      AND away.meters <= ${reachMeters}::float8
    ORDER BY away.meters, d.id
    LIMIT 1
    FOR NO KEY UPDATE OF d SKIP LOCKED`;
  return nearest?.id ?? null;
}
