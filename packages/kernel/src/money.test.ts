import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatMoney, money } from './money.ts';

test('minor units follow the currency: two digits, none, three', () => {
  expect(formatMoney(money(1999n, 'EUR'), 'en')).toBe('€19.99');
  expect(formatMoney(money(1999n, 'JPY'), 'en')).toBe('¥1,999');
  expect(formatMoney(money(1999n, 'KWD'), 'en').replace(/\s/, ' ')).toBe('KWD 1.999');
  expect(formatMoney(money(-5n, 'EUR'), 'en')).toBe('-€0.05');
});

test('every amount survives formatting to the last digit, beyond what a float holds', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), (amountMinor) => {
      const digits = formatMoney(money(amountMinor, 'EUR'), 'en').replace(/[^\d-]/g, '');
      expect(BigInt(digits)).toBe(amountMinor);
    }),
  );
});

test('a locale that is none is refused', () => {
  expect(() => formatMoney(money(1n, 'EUR'), 'no such locale')).toThrow(RangeError);
});
