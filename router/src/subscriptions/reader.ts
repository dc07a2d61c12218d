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

export type Reader = {
  caller: Caller;
  /** The cursor of what was delivered last, sent or waiting; undefined where nobody knows. */
  position(): string | undefined;
  /** It has all up to this cursor, without a frame: where it begins, or where nothing was for it. */
  skipTo(cursor: string | undefined): void;
  /** @param now milliseconds since the epoch */
  deliver(frame: Frame, now: number): void;
  /** Sends what waits, as far as the client takes it. */
  drained(): void;
  /** Whether frames wait for its client. */
  isBehind(): boolean;
  /** After what waits. */
  end(reason?: EndReason): void;
  /** At once, and without a word. */
  close(): void;
};

type ReaderOptions = {
  caller: Caller;
  sink: LiveSink;
  limits: ReaderLimits;
  /** Whether a client that was too slow can come again after its last cursor. */
  isResumable(): boolean;
  onSent(frame: Frame): void;
  onGap(): void;
  onSlow(): void;
  /** Nothing waits any more. */
  onCaughtUp(): void;
  /** Called once, whoever ends it. */
  onOver(reason?: EndReason): void;
};

/**
 * One subscriber of a broadcast. What its client does not take waits, up to the limits. Beyond them a stream that can be
 * resumed is ended with `SLOW_CONSUMER` and where to resume; any other drops its oldest frames and says how many.
 */
export function createReader({ caller, sink, limits, ...options }: ReaderOptions): Reader {
  const pending: Frame[] = [];
  /** The cursors of what was delivered last, and of what was sent last. */
  let position: string | undefined;
  let sent: string | undefined;
  let missed = 0;
  /** Set when the stream ends after what waits. */
  let ending: { reason: EndReason | undefined } | undefined;
  let isOver = false;

  const over = (reason?: EndReason) => {
    isOver = true;
    for (const { text } of pending) sink.waiting.bytes -= text.length;
    pending.length = 0;
    options.onOver(reason);
  };

  const endNow = (reason?: EndReason) => {
    over(reason);
    sink.end(reason);
  };

  const send = (frame: Frame) => {
    sent = frame.cursor ?? sent;
    sink.next(frame);
    options.onSent(frame);
  };

  const dropOldest = () => {
    const oldest = pending.shift();
    if (!oldest) return;
    sink.waiting.bytes -= oldest.text.length;
    if (missed++ === 0) options.onGap();
  };

  function wait(frame: Frame): void {
    pending.push(frame);
    sink.waiting.bytes += frame.text.length;
    while (pending.length > limits.maxQueuedEvents || sink.waiting.bytes > limits.maxQueuedBytes) {
      if (pending.length === 0) return;
      if (!options.isResumable()) dropOldest();
      else {
        options.onSlow();
        endNow(tooSlow(sent));
        return;
      }
    }
  }

  const reader: Reader = {
    caller,
    position: () => position,
    skipTo(cursor) {
      position = cursor;
      if (!reader.isBehind()) sent = cursor;
    },
    deliver(frame, now) {
      if (isOver || ending) return;
      const { expiresAt } = reader.caller;
      if (expiresAt !== null && expiresAt <= now) return endNow(tokenExpired);
      position = frame.cursor ?? position;
      if (reader.isBehind() || sink.isFull()) wait(frame);
      else send(frame);
    },
    isBehind: () => pending.length > 0 || missed > 0,
    drained() {
      if (!reader.isBehind()) return;
      while (!isOver && !sink.isFull()) {
        if (missed > 0) {
          const gap = gapFrame(missed);
          missed = 0;
          send(gap);
          continue;
        }
        const next = pending.shift();
        if (!next) break;
        sink.waiting.bytes -= next.text.length;
        send(next);
      }
      if (isOver || reader.isBehind()) return;
      if (ending) endNow(ending.reason);
      else options.onCaughtUp();
    },
    end(reason) {
      if (isOver || ending) return;
      if (reader.isBehind()) ending = { reason };
      else endNow(reason);
    },
    close() {
      if (!isOver) over();
    },
  };
  return reader;
}
