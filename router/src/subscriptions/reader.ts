import type { Caller } from '../security/callers.ts';
import { type EndReason, tokenExpired, tooSlow } from './end-reasons.ts';
import { type Frame, gapFrame } from './frame.ts';

/** Where the frames of one subscription go: what a door gives for each. */
export type LiveSink = {
  /** Writes a frame to the client. */
  next(frame: Frame): void;
  /** The stream is over; nothing comes after this, and it does not come after `close()`. */
  end(reason?: EndReason): void;
  /** Whether the client has yet to take what was written. The door calls `drained()` when it has. */
  isFull(): boolean;
  /** What waits for the client, in all its streams together. */
  readonly waiting: { bytes: number };
};

export type ReaderLimits = {
  /** Frames that may wait for a slow client in one stream. */
  maxQueuedEvents: number;
  /** And their length in all its streams, in UTF-16 code units. */
  maxQueuedBytes: number;
};

/** What a reader reads. */
export type ReaderSource = {
  /** Whether a client that was too slow can come again after its last cursor. */
  isResumable(): boolean;
  /** Nothing waits for some reader any more. */
  caughtUp(): void;
  remove(reader: Reader): void;
};

/** Who is told what becomes of a reader. */
export type ReaderOwner = {
  onSent(frame: Frame): void;
  onGap(): void;
  onSlow(): void;
  /** Called once, whoever ends it. */
  onOver(reason?: EndReason): void;
};

type ReaderOptions = { caller: Caller; sink: LiveSink; limits: ReaderLimits; owner: ReaderOwner };

/**
 * One subscriber of a broadcast. What its client does not take waits, up to the limits. Beyond them a stream that can be
 * resumed is ended with `SLOW_CONSUMER` and where to resume; any other drops its oldest frames and says how many.
 */
export class Reader {
  caller: Caller;
  /** Set by what it is added to, and left alone by what it is removed from: it may read from the next by then. */
  source: ReaderSource | undefined;
  readonly #sink: LiveSink;
  readonly #limits: ReaderLimits;
  readonly #owner: ReaderOwner;
  readonly #pending: Frame[] = [];
  /** The cursors of what was delivered last, and of what was sent last. */
  #position: string | undefined;
  #sent: string | undefined;
  #missed = 0;
  /** Set when the stream ends after what waits. */
  #ending: { reason: EndReason | undefined } | undefined;
  #isOver = false;

  constructor({ caller, sink, limits, owner }: ReaderOptions) {
    this.caller = caller;
    this.#sink = sink;
    this.#limits = limits;
    this.#owner = owner;
  }

  /** The cursor of what was delivered last, sent or waiting; undefined where nobody knows. */
  position(): string | undefined {
    return this.#position;
  }

  /** It has all up to this cursor, without a frame: where it begins, or where nothing was for it. */
  skipTo(cursor: string | undefined): void {
    this.#position = cursor;
    if (!this.isBehind()) this.#sent = cursor;
  }

  /** @param now milliseconds since the epoch */
  deliver(frame: Frame, now: number): void {
    if (this.#isOver || this.#ending) return;
    const { expiresAt } = this.caller;
    if (expiresAt !== null && expiresAt <= now) {
      this.#endNow(tokenExpired);
      return;
    }
    this.#position = frame.cursor ?? this.#position;
    if (this.isBehind() || this.#sink.isFull()) this.#wait(frame);
    else this.#send(frame);
  }

  /** Whether frames wait for its client. */
  isBehind(): boolean {
    return this.#pending.length > 0 || this.#missed > 0;
  }

  /** Sends what waits, as far as the client takes it. */
  drained(): void {
    if (!this.isBehind()) return;
    while (!this.#isOver && !this.#sink.isFull()) {
      if (this.#missed > 0) {
        const gap = gapFrame(this.#missed);
        this.#missed = 0;
        this.#send(gap);
        continue;
      }
      const next = this.#pending.shift();
      if (!next) break;
      this.#sink.waiting.bytes -= next.text.length;
      this.#send(next);
    }
    if (this.#isOver || this.isBehind()) return;
    if (this.#ending) this.#endNow(this.#ending.reason);
    else this.source?.caughtUp();
  }

  /** Ends it after what waits. */
  end(reason?: EndReason): void {
    if (this.#isOver || this.#ending) return;
    if (this.isBehind()) this.#ending = { reason };
    else this.#endNow(reason);
  }

  /** Ends it at once, and without a word. */
  close(): void {
    if (!this.#isOver) this.#over();
  }

  #over(reason?: EndReason): void {
    this.#isOver = true;
    for (const { text } of this.#pending) this.#sink.waiting.bytes -= text.length;
    this.#pending.length = 0;
    this.source?.remove(this);
    this.#owner.onOver(reason);
  }

  #endNow(reason?: EndReason): void {
    this.#over(reason);
    this.#sink.end(reason);
  }

  #send(frame: Frame): void {
    this.#sent = frame.cursor ?? this.#sent;
    this.#sink.next(frame);
    this.#owner.onSent(frame);
  }

  #wait(frame: Frame): void {
    const { maxQueuedEvents, maxQueuedBytes } = this.#limits;
    const { waiting } = this.#sink;
    this.#pending.push(frame);
    waiting.bytes += frame.text.length;
    while (this.#pending.length > maxQueuedEvents || waiting.bytes > maxQueuedBytes) {
      if (this.#pending.length === 0) return;
      if (!this.source?.isResumable()) this.#dropOldest();
      else {
        this.#owner.onSlow();
        this.#endNow(tooSlow(this.#sent));
        return;
      }
    }
  }

  #dropOldest(): void {
    const oldest = this.#pending.shift();
    if (!oldest) return;
    this.#sink.waiting.bytes -= oldest.text.length;
    if (this.#missed++ === 0) this.#owner.onGap();
  }
}
