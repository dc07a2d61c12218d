import { iterable } from './streams.ts';

/*
 * Flow control of streams that share a connection. A router connects with the parameter `x-stream-window: <frames>`; a
 * subgraph that knows it says so in its `connection_ack`, and from then on sends no more frames of a stream than the
 * router has dealt with and that many besides. The router says what it has dealt with in a `pong`, which the protocol lets
 * anybody send at any time: `{ "taken": { "id": "<operation>", "frames": 50 } }`.
 */
export const streamWindowHeader = 'x-stream-window';

/** Frames of one stream that may be on the way: enough that a stream does not wait for the other side in each round. */
export const usualWindow = 100;
const widest = 10_000;

export type Taken = { id: string; frames: number };

/** The window that is asked for in connection parameters, or agreed on in an acknowledgement; null where there is none. */
export function windowIn(payload: unknown): number | null {
  if (typeof payload !== 'object' || payload === null || !(streamWindowHeader in payload)) return null;
  const size = Number(payload[streamWindowHeader]);
  return Number.isInteger(size) && size > 0 && size <= widest ? size : null;
}

/** What the payload of a pong says was dealt with; null where it is about something else. */
export function takenIn(payload: unknown): Taken | null {
  if (typeof payload !== 'object' || payload === null || !('taken' in payload)) return null;
  const { id, frames } = (payload.taken ?? {}) as Partial<Taken>;
  return typeof id === 'string' && Number.isInteger(frames) ? { id, frames: Number(frames) } : null;
}

export type WindowedStream<Frame> = AsyncIterableIterator<Frame> & { taken(frames: number): void };

/** `source`, which is asked for no more than `size` frames beyond those that were said to be taken. */
export function windowedStream<Frame>(source: AsyncIterator<Frame>, size: number): WindowedStream<Frame> {
  let room = size;
  let isOver = false;
  let waiting: PromiseWithResolvers<void> | null = null;

  const stream = iterable<Frame>({
    async next() {
      while (room <= 0 && !isOver) {
        waiting ??= Promise.withResolvers();
        await waiting.promise;
      }
      if (isOver) return { done: true, value: undefined };
      room--;
      return source.next();
    },
    async return() {
      isOver = true;
      waiting?.resolve();
      await source.return?.();
      return { done: true, value: undefined };
    },
  });
  return Object.assign(stream, {
    taken(frames: number) {
      room = Math.min(size, room + frames);
      waiting?.resolve();
      waiting = null;
    },
  });
}

/** Whether an operation that runs is a stream with a window. */
export const isWindowed = (stream: unknown): stream is WindowedStream<unknown> =>
  typeof stream === 'object' && stream !== null && 'taken' in stream;
