import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimalNumber, minorUnits, nearestMinorUnits, utcInstant, wholeNumber } from './fields.rules.ts';

describe('amounts', () => {
  test.each([
    ['2.55', 255n],
    ['7.5', 750n],
    ['12', 1200n],
    ['0.0', 0n],
    ['2.5500', 255n],
    ['-11062.06', -1_106_206n],
    ['0.001', 'finer'],
    ['', null],
    ['1,5', null],
    ['1e3', null],
    ['£2', null],
    ['.5', null],
    ['1234567890123', null],
  ])('%s', (text, minor) => {
    expect(minorUnits(text, 2)).toBe(minor);
  });

  test('no amount in cents loses any', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 13n), max: 10n ** 13n }), (cents) => {
        const [sign, size] = cents < 0n ? ['-', -cents] : ['', cents];
        const text = `${sign}${size / 100n}.${String(size % 100n).padStart(2, '0')}`;
        expect(minorUnits(text, 2)).toBe(cents);
      }),
    );
  });

  test.each([
    ['13.450000000000001', { minor: 1345n, rounded: true }],
    ['38.099999999999994', { minor: 3810n, rounded: true }],
    ['-0.005', { minor: -1n, rounded: true }],
    ['11.30', { minor: 1130n, rounded: false }],
    ['eleven', null],
  ])('nearest cent of %s', (text, expected) => {
    expect(nearestMinorUnits(text, 2)).toEqual(expected);
  });
});

test.each([
  ['6', 6],
  ['-74215', -74_215],
  ['2147483648', null],
  ['6.0', null],
  ['', null],
])('the whole number %s', (text, value) => {
  expect(wholeNumber(text)).toBe(value);
});

test.each([
  ['-73.987443', -73.987443],
  ['0', 0],
  ['NaN', null],
  ['-', null],
])('the decimal number %s', (text, value) => {
  expect(decimalNumber(text)).toBe(value);
});

test.each([
  ['2010-12-01 08:26:00', '2010-12-01T08:26:00.000Z'],
  ['2011-01-28 20:42:59 UTC', '2011-01-28T20:42:59.000Z'],
  ['2012-02-29 00:00:00', '2012-02-29T00:00:00.000Z'],
])('the instant %s', (text, iso) => {
  expect(utcInstant(text)?.toISOString()).toBe(iso);
});

test.each(['2011-02-30 10:00:00', '2011-02-28 24:00:00', '12/1/2010 8:26', '2010-12-01', ''])(
  'no instant: %s',
  (text) => {
    expect(utcInstant(text)).toBeNull();
  },
);
