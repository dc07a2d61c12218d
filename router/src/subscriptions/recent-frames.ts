import type { Frame } from './frame.ts';

export type RecentLimits = { frames: number; bytes: number };

/**
 * The last frames of a stream with cursors, for those who come again after a moment. What is beyond the limits is
 * forgotten, the oldest first: who was there then has to ask the subgraph.
 */
export class RecentFrames {
  readonly #limits: RecentLimits;
  readonly #frames: Frame[] = [];
  #bytes = 0;
  #before: string | undefined;
  #last: string | undefined;

  /** @param origin the cursor before the first frame, where it is known */
  constructor(limits: RecentLimits, origin?: string) {
    this.#limits = limits;
    this.#before = origin;
    this.#last = origin;
  }

  add(frame: Frame): void {
    const { frames: most, bytes: mostBytes } = this.#limits;
    this.#frames.push(frame);
    this.#bytes += frame.text.length;
    this.#last = frame.cursor ?? this.#last;
    while (this.#frames.length > most || this.#bytes > mostBytes) {
      const oldest = this.#frames.shift();
      if (!oldest) break;
      this.#bytes -= oldest.text.length;
      this.#before = oldest.cursor;
    }
  }

  /** Events up to this cursor have been looked at, and none was for us. */
  skipTo(cursor: string): void {
    if (this.#frames.length === 0) this.#before = cursor;
    this.#last = cursor;
  }

  /** Whether everything after this cursor is here. */
  reaches(cursor: string): boolean {
    return this.#placeOf(cursor) >= 0;
  }

  /** All frames after this cursor, which must be one that is reached. */
  after(cursor: string): readonly Frame[] {
    return this.#frames.slice(Math.max(0, this.#placeOf(cursor)));
  }

  /** The cursor of what came last. */
  last(): string | undefined {
    return this.#last;
  }

  /** How many frames are at or before this cursor; -1 where it is none of ours. */
  #placeOf(cursor: string): number {
    if (cursor === this.#last) return this.#frames.length;
    if (cursor === this.#before) return 0;
    return this.#frames.findLastIndex((frame) => frame.cursor === cursor) + 1 || -1;
  }
}
