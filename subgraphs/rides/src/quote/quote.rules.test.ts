import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fareOf, rideClasses, routeOf, whyOutOfRange } from './quote.rules.ts';

const minor = (...args: Parameters<typeof fareOf>) => fareOf(...args).amountMinor;
const route = (distanceMeters: number, durationSeconds: number) => ({ distanceMeters, durationSeconds });

test('a fare is base, distance and time, rounded once, to the nearest cent', () => {
  // 250 + 5 km × 95 + 10 min × 25
  expect(fareOf('ECONOMY', route(5_000, 600))).toEqual({ amountMinor: 975n, currency: 'EUR' });
  // 600 + 5.003 km × 200 + 601 s × 50 / 60 = 600 + 1000.6 + 500.83…
  expect(minor('PREMIUM', route(5_003, 601))).toBe(2_101n);
  // 600 + 10.0025 km … exactly half a cent goes up: 600 + 2000.5
  expect(minor('PREMIUM', { distanceMeters: 10_002.5, durationSeconds: 0 })).toBe(2_601n);
});

test('a short ride costs the least fare of its class', () => {
  expect(rideClasses.map((rideClass) => minor(rideClass, route(10, 1)))).toEqual([500n, 800n, 1_200n, 450n]);
});

test('farther or longer never costs less, and a better class never less than an ordinary one', () => {
  const meters = fc.integer({ min: 10, max: 200_000 });
  fc.assert(
    fc.property(meters, meters, (a, b) => {
      const [near, far] = [Math.min(a, b), Math.max(a, b)];
      for (const rideClass of rideClasses)
        expect(minor(rideClass, route(near, near)) <= minor(rideClass, route(far, far))).toBe(true);
      expect(minor('ECONOMY', route(far, far)) <= minor('PREMIUM', route(far, far))).toBe(true);
    }),
  );
});

test('30 km/h, in whole metres and seconds', () => {
  const here = { latitude: 47, longitude: 8 };
  expect(routeOf(here, { latitude: 47.1, longitude: 8 })).toEqual(route(11_120, 1_334));
});

test('we drive from 10 m to 200 km', () => {
  const far = { durationSeconds: 1 };
  for (const distanceMeters of [10, 200_000]) expect(whyOutOfRange({ distanceMeters, ...far })).toBeNull();
  expect(whyOutOfRange({ distanceMeters: 9, ...far })).toContain('the same place');
  expect(whyOutOfRange({ distanceMeters: 200_001, ...far })).toContain('up to 200 km');
});
