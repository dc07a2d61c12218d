import fc from 'fast-check';
import { expect, test } from 'vitest';
import { distanceMeters, earthRadiusMeters } from './distance.rules.ts';

const zurich = { latitude: 47.3769, longitude: 8.5417 };
const point = fc.record({
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
});

test('known distances come out within the 0.6 % of a sphere', () => {
  // Geodesics on WGS 84 by Karney's algorithm.
  expect(distanceMeters(zurich, { latitude: 46.9481, longitude: 7.4474 }) / 95_600).toBeCloseTo(1, 2);
  expect(
    distanceMeters({ latitude: 0, longitude: 0 }, { latitude: 0, longitude: 1 }) / 111_319.5,
  ).toBeCloseTo(1, 2);
  expect(
    distanceMeters({ latitude: 0, longitude: 0 }, { latitude: 1, longitude: 0 }) / 110_574.4,
  ).toBeCloseTo(1, 1);
});

test('a step of a metre is a metre, even beside the antimeridian', () => {
  const step = 1 / ((Math.PI / 180) * earthRadiusMeters);
  expect(distanceMeters(zurich, { ...zurich, latitude: zurich.latitude + step })).toBeCloseTo(1, 5);
  const east = { latitude: 0, longitude: 180 };
  expect(distanceMeters(east, { latitude: 0, longitude: -180 + step })).toBeCloseTo(1, 5);
});

test('antipodes are half a circumference apart, and nothing is farther', () => {
  expect(distanceMeters({ latitude: 90, longitude: 0 }, { latitude: -90, longitude: 0 })).toBeCloseTo(
    Math.PI * earthRadiusMeters,
    3,
  );
  fc.assert(
    fc.property(point, point, (a, b) => {
      const there = distanceMeters(a, b);
      expect(there).toBeGreaterThanOrEqual(0);
      expect(there).toBeLessThanOrEqual(Math.PI * earthRadiusMeters + 1);
      expect(distanceMeters(b, a)).toBeCloseTo(there, 3);
    }),
  );
});
