import { vi } from 'vitest';

/** Waits until a check passes; how long that takes on a busy machine is not the test's concern. */
export const eventually = <Value>(check: () => Value | Promise<Value>): Promise<Value> =>
  vi.waitFor(check, { timeout: 30_000, interval: 10 });
