import type { Context } from '../context.ts';
import type { PositionRow } from './position.loaders.ts';

/** Keeps a position if it is newer than what is kept, in one statement, so that racing reports cannot pass each other. */
export async function keepPosition(
  db: Context['db'],
  position: PositionRow,
): Promise<{ isNewest: boolean; acceptedThrough: number }> {
  const { driverId, latitude, longitude, headingDeg, speedMps, sequence } = position;
  const recordedAt = new Date(position.recordedAt);
  const written = await db.$executeRaw`
    INSERT INTO driver_positions AS kept
      (driver_id, latitude, longitude, heading_deg, speed_mps, sequence, recorded_at)
    VALUES (${driverId}, ${latitude}, ${longitude}, ${headingDeg}, ${speedMps}, ${sequence}::bigint, ${recordedAt})
    ON CONFLICT (driver_id) DO UPDATE SET
      latitude = EXCLUDED.latitude, longitude = EXCLUDED.longitude, heading_deg = EXCLUDED.heading_deg,
      speed_mps = EXCLUDED.speed_mps, sequence = EXCLUDED.sequence, recorded_at = EXCLUDED.recorded_at
    WHERE EXCLUDED.sequence > kept.sequence`;
  if (written > 0) return { isNewest: true, acceptedThrough: sequence };
  const kept = await db.driverPosition.findUniqueOrThrow({ where: { driverId }, select: { sequence: true } });
  return { isNewest: false, acceptedThrough: Number(kept.sequence) };
}
