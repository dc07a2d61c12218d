import { expect, test } from 'vitest';
import { median, percentile } from './statistics.ts';

test('a percentile is one of the values: the nearest rank', () => {
  const values = Array.from({ length: 200 }, (_, n) => n + 1);
  expect([percentile(values, 50), percentile(values, 99), percentile(values, 100)]).toEqual([100, 198, 200]);
  expect(percentile([7], 1)).toBe(7);
  expect(percentile([], 50)).toBeNaN();
});

test('the median does not care for order or for one value that is far off', () => {
  expect(median([900, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBeNaN();
});
