import { expect, test } from 'vitest';
import { disableAfterMs, hasFailedTooLong, mostAttempts, nextAttempt } from './schedule.rules.ts';

const now = new Date('2026-11-21T10:00:00Z');
const hours = (from: Date, to: Date) => (to.getTime() - from.getTime()) / 3_600_000;

test('ten attempts over about three days, each pause longer than the one before', () => {
  let at = now;
  let before = 0;
  for (let attempt = 1; attempt < mostAttempts; attempt++) {
    const next = nextAttempt(attempt, at, { random: 0 });
    if (!next) throw new Error(`no attempt after ${attempt}`);
    expect(hours(at, next)).toBeGreaterThan(before);
    before = hours(at, next);
    at = next;
  }
  expect(hours(now, at)).toBeCloseTo(75.6, 1);
  expect(nextAttempt(mostAttempts, at, { random: 0 })).toBeNull();
});

test('those that failed together come back within a fifth of the pause', () => {
  expect(nextAttempt(1, now, { random: 0 })).toEqual(new Date('2026-11-21T10:00:05Z'));
  expect(nextAttempt(1, now, { random: 1 })).toEqual(new Date('2026-11-21T10:00:06Z'));
});

test('a receiver that asks for a longer pause gets it, one that asks for a shorter does not', () => {
  const asking = (peaceMs: number) => nextAttempt(1, now, { random: 0, peaceMs });
  expect(asking(60_000)).toEqual(new Date('2026-11-21T10:01:00Z'));
  expect(asking(1_000)).toEqual(new Date('2026-11-21T10:00:05Z'));
});

test('five days without a success are too long', () => {
  expect(hasFailedTooLong(new Date(now.getTime() - disableAfterMs + 1), now)).toBe(false);
  expect(hasFailedTooLong(new Date(now.getTime() - disableAfterMs), now)).toBe(true);
});
