import type { Result } from '../engine/engine.ts';
import type { Outcome } from '../telemetry/metrics.ts';

/** One event as all who share a broadcast get it: written once, sent to each. */
export type Frame = {
  /** A GraphQL result as JSON. */
  text: string;
  /** Where to go on after it; undefined where the stream has no cursors, or this event brought none. */
  cursor: string | undefined;
  errors: number;
  outcome: Outcome;
};

export const frameOf = ({ data, errors = [] }: Result, cursor?: string): Frame => ({
  text: JSON.stringify(errors.length > 0 ? { data, errors } : { data }),
  cursor,
  errors: errors.length,
  outcome: errors.length === 0 ? 'ok' : data ? 'partial' : 'error',
});

/**
 * Tells a client of a stream without cursors that events are missing here.
 * @param missed how many; null where nobody knows, because the stream from the subgraph was lost meanwhile
 */
export function gapFrame(missed: number | null): Frame {
  const message =
    missed === null
      ? 'The stream was interrupted: events may be missing here'
      : `The client reads too slowly: ${missed} events are missing here`;
  return frameOf({ data: null, errors: [{ message, extensions: { code: 'EVENTS_MISSED', missed } }] });
}
