import { badInput } from '@meridian/kernel/errors';
import { invalidInput, type UserErrorData, unknownEntity } from '@meridian/kernel/user-errors';
import type { Viewer } from '@meridian/kernel/viewer';
import type { Context } from '../context.ts';
import type { LocationInput } from '../generated/graphql.ts';
import { whyNotReport } from './driver.rules.ts';
import { keepPosition } from './keep-position.ts';
import type { PositionRow } from './position.loaders.ts';

const mostReports = 100;

/** What `driverLocation` listens to. */
export const locationTopic = (rideId: string): string => `ride-location:${rideId}`;

export type ReportOutcome = { acceptedThrough: number | null; userErrors: UserErrorData[] };

/**
 * Keeps the newest of a driver's reports, unless a newer one is kept already, and tells it to whoever follows the ride
 * that the driver is on.
 * @throws BAD_USER_INPUT for no or more than 100 reports
 */
export async function reportLocations(
  { db, live, loaders, now }: Pick<Context, 'db' | 'live' | 'loaders' | 'now'>,
  viewer: Viewer,
  reports: readonly LocationInput[],
): Promise<ReportOutcome> {
  const newest = reports.reduce<LocationInput | undefined>(
    (best, report) => (best && best.sequence >= report.sequence ? best : report),
    undefined,
  );
  if (!newest || reports.length > mostReports)
    throw badInput(`\`input\` takes 1 to ${mostReports} reports, not ${reports.length}`, 'input');

  const driver = await loaders.driverOfUser.load(viewer.id);
  if (!driver) return { acceptedThrough: null, userErrors: [unknownEntity(`${viewer.id} is not a driver`)] };
  const userErrors = reports.flatMap((report, i) => {
    const because = whyNotReport(report, now());
    return because ? [invalidInput(because.message, String(i), because.field)] : [];
  });
  if (userErrors.length > 0) return { acceptedThrough: null, userErrors };

  const position: PositionRow = {
    driverId: driver.id,
    latitude: newest.point.latitude,
    longitude: newest.point.longitude,
    headingDeg: newest.headingDeg ?? null,
    speedMps: newest.speedMps ?? null,
    recordedAt: newest.recordedAt,
    sequence: newest.sequence,
  };
  const { isNewest, acceptedThrough } = await keepPosition(db, position);
  if (isNewest) {
    const ride = await loaders.activeRideOfDriver.load(driver.id);
    if (ride) await live.publish(locationTopic(ride.id), position);
  }
  return { acceptedThrough, userErrors: [] };
}
