import { parseValue } from 'graphql';
import { expect, test } from 'vitest';
import { scalarResolvers } from './scalars.ts';

const { Latitude, Longitude } = scalarResolvers(['Latitude', 'Longitude']);

test.each([0, 47, -47.37, 90, -90, 1e-7])('a latitude of %d goes in and out as it is', (value) => {
  expect(Latitude!.parseValue(value)).toBe(value);
  expect(Latitude!.parseLiteral(parseValue(String(value)))).toBe(value);
  expect(Latitude!.serialize(value)).toBe(value);
});

test.each([90.1, -91, Number.NaN, Number.POSITIVE_INFINITY, '47', null, {}])('%s is no latitude', (value) => {
  expect(() => Latitude!.parseValue(value)).toThrow();
});

test('a longitude reaches twice as far', () => {
  expect(Longitude!.parseValue(180)).toBe(180);
  expect(() => Longitude!.parseValue(180.001)).toThrow('from -180 to 180');
});

test('a scalar that nobody defines is found out at the start', () => {
  expect(() => scalarResolvers(['Colour'])).toThrow('no scalar Colour');
});
