import { hasScope, type Viewer } from '@meridian/kernel/viewer';

/** Whether this viewer may see where a driver is: the driver, whoever is being driven, and the fleet's dispatchers. */
export const maySeeLocation = (
  viewer: Viewer | null,
  driver: { userId: string },
  activeRide: { riderId: string } | null,
): boolean =>
  viewer !== null &&
  (viewer.id === driver.userId || viewer.id === activeRide?.riderId || hasScope(viewer, 'fleet:read'));

export type LocationReport = {
  recordedAt: Date | string;
  headingDeg?: number | null | undefined;
  speedMps?: number | null | undefined;
  sequence: number;
};

const fastest = 100;
/** Phones' clocks differ from ours; beyond this it is a mistake. */
const aheadMs = 5 * 60 * 1000;

/** What is wrong with a report, and in which field; null when nothing is. */
export function whyNotReport(
  { recordedAt, headingDeg, speedMps, sequence }: LocationReport,
  now: Date,
): { field: string; message: string } | null {
  if (sequence < 0) return { field: 'sequence', message: 'A sequence is 0 or more' };
  if (new Date(recordedAt).getTime() > now.getTime() + aheadMs)
    return { field: 'recordedAt', message: 'It cannot have been recorded in the future' };
  if (headingDeg != null && !(headingDeg >= 0 && headingDeg < 360))
    return { field: 'headingDeg', message: 'A heading is from 0 to below 360 degrees' };
  if (speedMps != null && !(speedMps >= 0 && speedMps <= fastest))
    return { field: 'speedMps', message: `A speed is from 0 to ${fastest} metres per second` };
  return null;
}
