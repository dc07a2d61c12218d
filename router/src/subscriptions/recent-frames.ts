import type { Frame } from './frame.ts';

export type RecentLimits = { frames: number; bytes: number };

export type RecentFrames = {
  add(frame: Frame): void;
  /** Events up to this cursor have been looked at, and none was for us. */
  skipTo(cursor: string): void;
  /** Whether everything after this cursor is here. */
  reaches(cursor: string): boolean;
  /** All frames after this cursor, which must be one that is reached. */
  after(cursor: string): readonly Frame[];
  /** The cursor of what came last. */
  last(): string | undefined;
};

/**
 * The last frames of a stream with cursors, for those who come again after a moment. What is beyond the limits is
 * forgotten, the oldest first: who was there then has to ask the subgraph.
 * @param origin the cursor before the first frame, where it is known
 */
export function recentFrames(
  { frames: most, bytes: mostBytes }: RecentLimits,
  origin?: string,
): RecentFrames {
  const frames: Frame[] = [];
  let bytes = 0;
  let before = origin;
  let last = origin;

  /** How many frames are at or before this cursor; -1 where it is none of ours. */
  function placeOf(cursor: string): number {
    if (cursor === last) return frames.length;
    if (cursor === before) return 0;
    return frames.findLastIndex((frame) => frame.cursor === cursor) + 1 || -1;
  }

  return {
    add(frame) {
      frames.push(frame);
      bytes += frame.text.length;
      last = frame.cursor ?? last;
      while (frames.length > most || bytes > mostBytes) {
        const oldest = frames.shift();
        if (!oldest) break;
        bytes -= oldest.text.length;
        before = oldest.cursor;
      }
    },
    skipTo(cursor) {
      if (frames.length === 0) before = cursor;
      last = cursor;
    },
    reaches: (cursor) => placeOf(cursor) >= 0,
    after: (cursor) => frames.slice(Math.max(0, placeOf(cursor))),
    last: () => last,
  };
}
