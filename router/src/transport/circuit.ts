import { BrokenCircuitError, CircuitState, circuitBreaker, handleWhen, SamplingBreaker } from 'cockatiel';
import { CallRefused, isFault } from './failure.ts';
import type { TransportPolicy } from './policy.ts';

export type State = 'closed' | 'halfOpen' | 'open';

/**
 * Runs a call, or throws CallRefused without running it.
 * @param isCutShort whether a call that failed was ended for its caller's sake, which says nothing of the subgraph
 */
export type Circuit = <Answer>(call: () => Promise<Answer>, isCutShort: () => boolean) => Promise<Answer>;

/** Carries the failure of a call that was cut short past the breaker. */
class CutShort extends Error {}

const stateNames = new Map<CircuitState, State>([
  [CircuitState.Closed, 'closed'],
  [CircuitState.HalfOpen, 'halfOpen'],
  [CircuitState.Open, 'open'],
]);

/**
 * Opens when too many of the last calls showed a fault. After `openMs` one call passes: its answer closes the circuit,
 * anything else, also a caller who did not wait for it, keeps it open for another `openMs`. Meanwhile no other passes.
 */
export function createCircuit(
  { threshold, windowMs, minimumCalls, openMs }: TransportPolicy['circuit'],
  onState: (state: State) => void,
): Circuit {
  const trial = () => breaker.state === CircuitState.HalfOpen;
  const breaker = circuitBreaker(
    handleWhen((error) => isFault(error) || trial()),
    {
      halfOpenAfter: openMs,
      breaker: new SamplingBreaker({
        threshold,
        duration: windowMs,
        minimumRps: (minimumCalls / windowMs) * 1_000,
      }),
    },
  );
  breaker.onStateChange((state) => {
    const name = stateNames.get(state);
    if (name) onState(name);
  });

  return async (call, isCutShort) => {
    // The library would let all others wait for the trial call, however long that takes.
    if (trial()) throw new CallRefused('open');
    try {
      return await breaker.execute(() =>
        call().catch((error: unknown) => {
          throw isCutShort() ? new CutShort('', { cause: error }) : error;
        }),
      );
    } catch (error) {
      if (error instanceof CutShort) throw error.cause;
      throw error instanceof BrokenCircuitError ? new CallRefused('open') : error;
    }
  };
}
