import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { expiryTimer } from './expiry-timer.ts';

const start = Date.UTC(2026, 0, 1);
const day = 86_400_000;
beforeEach(() => {
  vi.useFakeTimers({ now: start });
});
afterEach(() => {
  vi.useRealTimers();
});

/** What a timer says, in order, with the time since the start at which it does. */
function told(warnMs: number) {
  const said: [what: string, ms: number][] = [];
  const timer = expiryTimer({
    warnMs,
    onWarning: () => said.push(['ends soon', Date.now() - start]),
    onExpired: () => said.push(['ended', Date.now() - start]),
  });
  return { timer, said };
}

it.each([
  ['soon', 60_000, [30_000, 60_000]],
  ['sooner than the warning takes', 20_000, [10_000, 20_000]],
  ['in a month, which is longer than a timer can wait', 31 * day, [31 * day - 30_000, 31 * day]],
  ['in a year', 365 * day, [365 * day - 30_000, 365 * day]],
  [
    'just as long after the longest timer as it warns before',
    2 ** 31 - 1 + 30_000,
    [2 ** 31 - 1, 2 ** 31 + 29_999],
  ],
])('warns of a token that ends %s, then says that it has ended', async (_when, lifetime, [warned, ended]) => {
  const { timer, said } = told(30_000);
  timer.set(start + lifetime);
  await vi.advanceTimersByTimeAsync(lifetime);
  expect(said).toEqual([
    ['ends soon', warned],
    ['ended', ended],
  ]);
  expect(vi.getTimerCount()).toBe(0);
});

it('says of a token that ended long ago that it has ended, without a warning', async () => {
  const { timer, said } = told(30_000);
  timer.set(start - 60 * day);
  await vi.advanceTimersByTimeAsync(0);
  expect(said).toEqual([['ended', 0]]);
});

it('watches the last token that it was given and, stopped, none', async () => {
  const { timer, said } = told(0);
  timer.set(start + 40 * day);
  await vi.advanceTimersByTimeAsync(30 * day);
  timer.set(start + 90 * day);
  await vi.advanceTimersByTimeAsync(50 * day);
  expect(said).toEqual([]);
  timer.stop();
  expect(vi.getTimerCount()).toBe(0);
  timer.set(null);
  expect(vi.getTimerCount()).toBe(0);
});
