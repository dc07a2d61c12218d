import type { EventStream } from './event-log/event-stream.ts';
import { iterable } from './streams.ts';
import type { SubgraphResponse } from './transport.ts';

/**
 * A router that resumes streams sends this header with the value `1`. A durable stream then also brings frames of
 * `{ "extensions": { "position": "<cursor>" } }` alone: one before anything else, so that there is a cursor to go on from
 * although nothing has happened yet, and one after each minute without an event, so that the cursor does not expire while
 * others' events pass by.
 */
export const streamPositionHeader = 'x-stream-position';

const usualIntervalMs = 60_000;

/** Whether a source of events knows where it stands. */
export const isDurable = (source: object): source is EventStream =>
  'position' in source && typeof source.position === 'function';

/** The frames that `answer` makes of the events, with those that tell positions between them. */
export function framesWithPositions<Event>(
  source: AsyncIterator<Event> & Pick<EventStream, 'position'>,
  answer: (event: Event) => Promise<SubgraphResponse>,
  intervalMs = usualIntervalMs,
): AsyncIterableIterator<SubgraphResponse> {
  let begun = false;
  let pending: Promise<IteratorResult<Event>> | null = null;
  let last: Promise<unknown> = Promise.resolve();

  const position = (): SubgraphResponse => ({ extensions: { position: source.position() } });

  /**
   * The next event, or null after the interval. The position is taken in the timer's own turn: an event that the source
   * has handed out by then has won already, so that no position is told that runs ahead of its events.
   */
  const nextWithin = async (): Promise<IteratorResult<Event> | SubgraphResponse> => {
    pending ??= source.next();
    const { promise, resolve, reject } = Promise.withResolvers<IteratorResult<Event> | SubgraphResponse>();
    const timer = setTimeout(() => resolve(position()), intervalMs);
    pending.then(resolve, reject);
    return promise.finally(() => clearTimeout(timer));
  };

  const step = async (): Promise<IteratorResult<SubgraphResponse>> => {
    if (!begun) {
      begun = true;
      return { done: false, value: position() };
    }
    const next = await nextWithin();
    if (!('value' in next)) return { done: false, value: next };
    pending = null;
    return next.done ? next : { done: false, value: await answer(next.value) };
  };

  return iterable<SubgraphResponse>({
    next() {
      const turn = last.then(step);
      last = turn.catch(() => undefined);
      return turn;
    },
    async return() {
      await source.return?.();
      return { done: true, value: undefined };
    },
  });
}
