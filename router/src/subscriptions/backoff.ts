import { setTimeout as sleep } from 'node:timers/promises';

/**
 * How long to wait before the next attempt, in milliseconds: doubling from 100 ms up to 5 s, with "full jitter"
 * (a random part of it), so that a returning subgraph is not met by every router at once.
 */
export const backoffMs = (failures: number, random: () => number = Math.random): number =>
  random() * Math.min(5_000, 100 * 2 ** Math.min(failures, 10));

/** Waits that long, or until the signal says that nobody waits any more. Never rejects. */
export const backoff = (failures: number, signal: AbortSignal): Promise<void> =>
  sleep(backoffMs(failures), undefined, { signal }).catch(() => {});
