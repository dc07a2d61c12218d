import { expect, test } from 'vitest';
import { whyStale } from './stale-version.ts';

test('a change from an older version, or a newer one, is stale', () => {
  for (const expected of [3, null, undefined]) expect(whyStale(3, expected)).toBeNull();
  for (const expected of [2, 4]) expect(whyStale(3, expected)).toMatchObject({ currentVersion: 3 });
});
