import { setTimeout as pause } from 'node:timers/promises';

/** Milliseconds. The deadline is for a machine under load: it costs nothing where the condition comes true. */
export type Patience = { within?: number; every?: number };

/**
 * Waits until `condition` gives something other than false, null or undefined, and returns that. A condition may throw
 * while it is not yet true, so assertions fit in: `() => expect(heard).toEqual([1])`. A block returns its last one.
 * @throws the condition's own last error, or one that says what it last gave
 */
export async function eventually<T>(
  condition: () => T | Promise<T>,
  { within = 60_000, every = 10 }: Patience = {},
): Promise<Exclude<T, false | null | undefined>> {
  const deadline = Date.now() + within;
  for (;;) {
    const outcome = await attempt(condition);
    if ('value' in outcome && isTrue(outcome.value)) return outcome.value;
    if (Date.now() >= deadline)
      throw 'error' in outcome
        ? outcome.error
        : new Error(`The condition did not come true within ${within} ms; it last gave ${outcome.value}`);
    await pause(every);
  }
}

async function attempt<T>(condition: () => T | Promise<T>): Promise<{ value: T } | { error: unknown }> {
  try {
    return { value: await condition() };
  } catch (error) {
    return { error };
  }
}

const isTrue = <T>(value: T): value is Exclude<T, false | null | undefined> =>
  value !== false && value !== null && value !== undefined;
