import { expect, test } from 'vitest';
import { maySeeLocation, whyNotReport } from './driver.rules.ts';

const now = new Date('2026-11-21T10:00:00Z');
const viewer = (id: string, ...scopes: string[]) => ({ id, scopes: new Set(scopes) });
const driver = { userId: 'user_driver' };

test('a place is for the driver, the rider under way and the fleet', () => {
  const ride = { riderId: 'user_rider' };
  expect(maySeeLocation(viewer('user_driver'), driver, null)).toBe(true);
  expect(maySeeLocation(viewer('user_rider'), driver, ride)).toBe(true);
  expect(maySeeLocation(viewer('user_rider'), driver, null)).toBe(false);
  expect(maySeeLocation(viewer('user_other', 'fleet:read'), driver, null)).toBe(true);
  expect(maySeeLocation(viewer('user_other', 'rides:read'), driver, ride)).toBe(false);
  expect(maySeeLocation(null, driver, ride)).toBe(false);
});

test('a report may lack heading and speed, be old, and come a little ahead of our clock', () => {
  const report = { recordedAt: now.toISOString(), sequence: 0 };
  expect(whyNotReport(report, now)).toBeNull();
  expect(whyNotReport({ ...report, headingDeg: 0, speedMps: 0 }, now)).toBeNull();
  expect(whyNotReport({ ...report, headingDeg: 359.9, speedMps: 100 }, now)).toBeNull();
  expect(whyNotReport({ ...report, recordedAt: '2020-01-01T00:00:00Z' }, now)).toBeNull();
  expect(whyNotReport({ ...report, recordedAt: '2026-11-21T10:05:00Z' }, now)).toBeNull();
});

test.each([
  ['sequence', { sequence: -1 }],
  ['recordedAt', { recordedAt: '2026-11-21T10:05:00.001Z' }],
  ['headingDeg', { headingDeg: 360 }],
  ['headingDeg', { headingDeg: -0.1 }],
  ['headingDeg', { headingDeg: Number.NaN }],
  ['speedMps', { speedMps: 100.1 }],
])('a wrong %s is found', (field, change) => {
  expect(whyNotReport({ recordedAt: now, sequence: 1, ...change }, now)).toMatchObject({ field });
});
