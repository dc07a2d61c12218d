import { expect, test } from 'vitest';
import { peaceAskedFor } from './retry-after.rules.ts';

const now = new Date('2026-11-21T10:00:00Z');

test.each([
  ['120', 120_000],
  [' 1 ', 1_000],
  ['Sat, 21 Nov 2026 10:05:00 GMT', 300_000],
])('%s is waited for', (header, ms) => {
  expect(peaceAskedFor(header, now)).toBe(ms);
});

test.each(['86401', '9'.repeat(400), 'Fri, 31 Dec 9999 23:59:59 GMT'])('%s is a day', (header) => {
  expect(peaceAskedFor(header, now)).toBe(86_400_000);
});

test.each([
  undefined,
  '',
  '0',
  '-5',
  '1.5',
  '1e3',
  'soon',
  'Sat, 21 Nov 2026 09:59:59 GMT',
  'Sat, 99 Xxx 2026 10:05:00 GMT',
  '2026-11-22',
])('%s is nothing to wait for', (header) => {
  expect(peaceAskedFor(header, now)).toBeUndefined();
});
