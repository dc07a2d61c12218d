import { expect, it } from 'vitest';
import { backoffMs } from './backoff.ts';

it('doubles, jittered over the whole range, up to five seconds', () => {
  const longest = [0, 1, 2, 5, 6, 100].map((failures) => backoffMs(failures, () => 1));
  expect(longest).toEqual([100, 200, 400, 3_200, 5_000, 5_000]);
  expect(backoffMs(3, () => 0)).toBe(0);
  expect(backoffMs(3, () => 0.5)).toBe(400);
});
