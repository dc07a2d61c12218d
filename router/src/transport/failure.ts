import type { ErrorCode } from '@meridian/kernel/errors';
import type { SubgraphRequest } from '@meridian/kernel/transport';
import { type SubgraphFailure, SubgraphUnreachable } from '@meridian/kernel/transport-failure';

/** The router did not pass a call on: `open` while the circuit is, `full` where as many wait as may. */
export class CallRefused extends Error {
  override name = 'CallRefused';
  readonly why: 'open' | 'full';

  constructor(why: CallRefused['why']) {
    super(
      why === 'open'
        ? 'its last calls failed, it is left in peace for a while'
        : 'too many calls wait for it',
    );
    this.why = why;
  }
}

type Kind = SubgraphRequest['kind'];

/** What clients are told of each failure, and whether it can have left a mutation done. */
const told: Readonly<Record<SubgraphFailure, { code: ErrorCode; passes: boolean; mayBeDone: boolean }>> = {
  unsent: { code: 'SUBGRAPH_UNAVAILABLE', passes: true, mayBeDone: false },
  broken: { code: 'SUBGRAPH_UNAVAILABLE', passes: true, mayBeDone: true },
  unavailable: { code: 'SUBGRAPH_UNAVAILABLE', passes: true, mayBeDone: true },
  timeout: { code: 'SUBGRAPH_TIMEOUT', passes: true, mayBeDone: true },
  malformed: { code: 'SUBGRAPH_MALFORMED_RESPONSE', passes: false, mayBeDone: true },
  oversized: { code: 'SUBGRAPH_RESPONSE_TOO_LARGE', passes: false, mayBeDone: true },
};

/**
 * The `extensions` for a call that brought no result. `retryable` says whether the same operation could succeed later
 * and would do nothing twice: a mutation that may have been carried out is never retryable.
 */
export function failureExtensions(reason: unknown, kind: Kind): { code: ErrorCode; retryable: boolean } {
  if (reason instanceof CallRefused)
    return { code: reason.why === 'open' ? 'SUBGRAPH_UNAVAILABLE' : 'SUBGRAPH_OVERLOADED', retryable: true };
  const { code, passes, mayBeDone } = told[reason instanceof SubgraphUnreachable ? reason.failure : 'broken'];
  return { code, retryable: passes && (kind === 'query' || !mayBeDone) };
}

const failureOf = (reason: unknown): SubgraphFailure | undefined =>
  reason instanceof SubgraphUnreachable ? reason.failure : undefined;

export const isTimeout = (reason: unknown): boolean => failureOf(reason) === 'timeout';

/** Worth another try at once. A timeout is not: it took long already, and a slow subgraph needs no more to do. */
export function isTransient(reason: unknown): boolean {
  const failure = failureOf(reason);
  return failure === 'unsent' || failure === 'broken' || failure === 'unavailable';
}

/** A sign that the subgraph as a whole is ill. A bad answer may be the matter of one operation. */
export const isFault = (reason: unknown): boolean => isTransient(reason) || isTimeout(reason);
