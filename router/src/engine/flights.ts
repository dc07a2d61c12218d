import { whenTogether } from './company.ts';
import type { RequestContext, Variables } from './engine.ts';
import { scopeOf } from './viewer-scope.ts';

/** One execution and who waits for it. */
type Flight<Outcome> = {
  outcome: Promise<Outcome>;
  epoch: number;
  waiting: number;
  stop: AbortController;
};

/** What happened in the graph that a query which began before it may not have seen. */
export type Epoch = {
  now(): number;
  /** A mutation ended, or an event came: whoever hears of it may ask again, and has to see it. */
  next(): void;
};

export function createEpoch(): Epoch {
  let epoch = 0;
  return { now: () => epoch, next: () => void epoch++ };
}

export type Flights<Outcome> = (
  variables: Variables,
  context: RequestContext,
  start: (context: RequestContext) => Promise<Outcome>,
) => Promise<Outcome>;

/**
 * Runs one query once for all who ask the same at the same time: same variables, same headers for subgraphs, the
 * viewer among them. What belongs to one request only does not keep them apart: subgraphs get the correlation id, the
 * trace and the deadline of who came first, which is the earliest. It begins when those who came at the same time are
 * together: where an execution waits for nothing, nobody could join it later. It is aborted when all have hung up.
 *
 * Nobody joins what began before a mutation ended or an event came, so that everybody sees what they were told of. What
 * is changed by way of another router may be missed by as much as a query takes.
 */
export function shareFlights<Outcome>(epoch: Epoch): Flights<Outcome> {
  const flights = new Map<string, Flight<Outcome>>();

  return async (variables, context, start) => {
    const { signal } = context;
    if (signal?.aborted) return start(context);
    const key = keyOf(variables, context);
    const known = flights.get(key);
    const flight = known && known.epoch === epoch.now() && !known.stop.signal.aborted ? known : take(key);
    flight.waiting += 1;
    const leave = () => {
      flight.waiting -= 1;
      if (flight.waiting === 0) flight.stop.abort(signal?.reason);
    };
    signal?.addEventListener('abort', leave, { once: true });
    try {
      return await flight.outcome;
    } finally {
      signal?.removeEventListener('abort', leave);
    }

    function take(key: string): Flight<Outcome> {
      const stop = new AbortController();
      const { promise: outcome, resolve } = Promise.withResolvers<Outcome>();
      const taken: Flight<Outcome> = { outcome, epoch: epoch.now(), waiting: 0, stop };
      flights.set(key, taken);
      whenTogether({ size: () => taken.waiting, isComplete: () => stop.signal.aborted }, () => {
        const ended = start({ ...context, signal: stop.signal }).finally(() => {
          if (flights.get(key) === taken) flights.delete(key);
        });
        resolve(ended);
      });
      return taken;
    }
  };
}

/** All that an answer can depend on. */
const keyOf = (variables: Variables, { headers }: RequestContext): string =>
  `${scopeOf(headers)} ${JSON.stringify(variables)}`;
