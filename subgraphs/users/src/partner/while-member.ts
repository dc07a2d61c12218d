import type { EventStream } from '@meridian/kernel/event-log/event-stream';
import type { LoggedEvent } from '@meridian/kernel/event-log/log-table';

/** One event, or none where the reader has left the organisation: the last frame then. */
export type PartnerFrame = { event: LoggedEvent | null };
export type PartnerFrames = AsyncIterableIterator<PartnerFrame> & Pick<EventStream, 'position'>;

/** `stream` for as long as `belongs` says yes before an event is told; then a frame without an event, and the end. */
export function whileMember(stream: EventStream, belongs: () => Promise<boolean>): PartnerFrames {
  let ended = false;
  /** Where the stream was before the event that waits for an answer of `belongs`: it is not told yet. */
  let before: string | null = null;

  const end = async () => {
    ended = true;
    await stream.return?.();
    return { done: true, value: undefined } as const;
  };
  const frames: PartnerFrames = {
    [Symbol.asyncIterator]: () => frames,
    async next() {
      if (ended) return end();
      const position = stream.position();
      const { done, value } = await stream.next();
      if (done) return end();
      before = position;
      try {
        if (await belongs()) return { done: false, value: { event: value } };
      } finally {
        before = null;
      }
      await end();
      return { done: false, value: { event: null } };
    },
    return: end,
    position: () => before ?? stream.position(),
  };
  return frames;
}
