import { batchRead, rowLoader } from '@meridian/kernel/loaders';
import type { Pool } from 'pg';
import type { Point } from '../geo/distance.rules.ts';

/** Where a driver was. What is told live has come as JSON, and its time as text. */
export type PositionRow = Point & {
  driverId: string;
  /** Degrees clockwise from north. */
  headingDeg: number | null;
  /** Metres per second. */
  speedMps: number | null;
  recordedAt: Date | string;
  sequence: number;
};

/** Sequences are below 2^53, which a double holds exactly. */
const byDriver = `
  SELECT driver_id AS "driverId", latitude, longitude, heading_deg AS "headingDeg", speed_mps AS "speedMps",
    recorded_at AS "recordedAt", sequence::float8 AS sequence
  FROM driver_positions WHERE driver_id = ANY($1)`;

export const positionLoaders = (pool: Pool) => ({
  position: rowLoader(
    batchRead<PositionRow>(pool, 'position-by-driver', byDriver),
    ({ driverId }) => driverId,
  ),
});
