import type { Admission } from './admission.ts';
import type { RequestContext, Result } from './engine.ts';
import { type RequestErrors, requestError } from './request-errors.ts';
import type { Written } from './written.ts';

/** What an answer is taken to have, in bytes, until one of the operation is known. */
const firstGuess = 64_000;

/** So many answers that are no text yet are measured, which costs writing them once more, and of later ones each 16th. */
const measuredAtFirst = 32;

/**
 * Begins executions of one operation when there is room for their answers. They are expected to be as long as of late, by
 * whatever door they are asked for.
 */
export function compileAdmit(admission: Admission | undefined) {
  let expected = firstGuess;
  let unwritten = 0;
  const operation = {};

  /** Undefined for an answer that nobody measures. */
  function lengthOf(outcome: Written | Result): number | undefined {
    if ('bytes' in outcome) return outcome.bytes?.length;
    const isMeasured = unwritten < measuredAtFirst || unwritten % 16 === 0;
    unwritten++;
    return isMeasured ? JSON.stringify(outcome).length : undefined;
  }

  return async <Settled extends Written | Result>(
    context: RequestContext,
    run: () => Promise<Settled>,
  ): Promise<Settled | RequestErrors> => {
    if (!admission) return run();
    const entered = admission.enter(expected, context, operation);
    const leave = entered instanceof Promise ? await entered : entered;
    if (!leave) return overloaded;
    try {
      const outcome = await run();
      const length = lengthOf(outcome);
      // The longest counts, and is forgotten in time: variables may ask for ten or for a thousand.
      if (length !== undefined) expected = Math.max(length, expected - (expected - length) / 8);
      return outcome;
    } finally {
      leave();
    }
  };
}

const overloaded = requestError('OVERLOADED', 'More is asked for than can be answered; try again later.', {
  retryable: true,
});
