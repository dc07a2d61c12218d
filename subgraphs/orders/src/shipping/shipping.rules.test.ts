import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shippingCost } from './shipping.rules.ts';

const cents = (grams: number, country: string) => shippingCost(grams, country)?.amountMinor;

test('the last gram of a step still belongs to it', () => {
  expect([cents(0, 'DE'), cents(500, 'DE'), cents(501, 'DE')]).toEqual([390n, 390n, 490n]);
  expect([cents(31_500, 'DE'), cents(31_501, 'DE')]).toEqual([1690n, undefined]);
});

test('heavier is never cheaper, and farther neither', () => {
  const parcel = fc.integer({ min: 0, max: 31_500 });
  fc.assert(
    fc.property(parcel, parcel, fc.constantFrom('DE', 'FR', 'CH', 'JP'), (a, b, country) => {
      expect(cents(Math.max(a, b), country)).toBeGreaterThanOrEqual(cents(Math.min(a, b), country) ?? 0n);
      const byDistance = ['DE', 'FR', 'CH', 'JP'].map((to) => cents(a, to) ?? 0n);
      expect(byDistance).toEqual(byDistance.toSorted((x, y) => Number(x - y)));
    }),
  );
});
