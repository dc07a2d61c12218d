import { describe, expect, it } from 'vitest';
import type { Caller } from '../security/callers.ts';
import type { EndReason } from './end-reasons.ts';
import { frameOf } from './frame.ts';
import { Reader } from './reader.ts';

const caller = { viewer: null, expiresAt: null } as Caller;
const frame = (n: number) => frameOf({ data: { n } }, `c${n}`);
const now = 1_000;

function reading({ isResumable = true, limits = { maxQueuedEvents: 3, maxQueuedBytes: 1_000 } } = {}) {
  const sent: unknown[] = [];
  const ends: (EndReason | undefined)[] = [];
  const counts = { gaps: 0, slow: 0, over: 0, caughtUp: 0 };
  let room = Number.POSITIVE_INFINITY;
  const sink = {
    next({ text }: { text: string }) {
      room--;
      const { data, errors } = JSON.parse(text);
      sent.push(data?.n ?? errors[0].extensions);
    },
    end: (reason?: EndReason) => void ends.push(reason),
    isFull: () => room <= 0,
    waiting: { bytes: 0 },
  };
  const reader = new Reader({
    caller,
    sink,
    limits,
    owner: {
      onSent: () => {},
      onGap: () => void counts.gaps++,
      onSlow: () => void counts.slow++,
      onOver: () => void counts.over++,
    },
  });
  reader.source = {
    isResumable: () => isResumable,
    caughtUp: () => void counts.caughtUp++,
    remove: () => {},
  };
  return {
    ...{ reader, sent, ends, counts, sink },
    deliver: (...numbers: number[]) => numbers.map((n) => reader.deliver(frame(n), now)),
    takes(frames: number) {
      room = frames;
    },
  };
}

describe('a client that takes what comes', () => {
  it('gets each frame at once', () => {
    const { deliver, sent, reader } = reading();
    deliver(1, 2);
    expect(sent).toEqual([1, 2]);
    expect(reader.position()).toBe('c2');
  });

  it('hears why its stream ends, and nothing after that', () => {
    const { deliver, sent, ends, reader, counts } = reading();
    reader.end([{ message: 'over' }]);
    deliver(1);
    reader.end();
    reader.close();
    expect({ sent, ends, over: counts.over }).toEqual({ sent: [], ends: [[{ message: 'over' }]], over: 1 });
  });

  it('hears nothing of a stream that it closed', () => {
    const { deliver, sent, ends, reader, counts } = reading();
    reader.close();
    deliver(1);
    reader.end();
    expect({ sent, ends, over: counts.over }).toEqual({ sent: [], ends: [], over: 1 });
  });

  it('gets nothing more once its token has expired', () => {
    const { deliver, sent, ends, reader } = reading();
    reader.caller = { ...caller, expiresAt: now + 1 };
    deliver(1);
    reader.caller = { ...caller, expiresAt: now };
    deliver(2);
    expect(sent).toEqual([1]);
    expect(ends).toMatchObject([[{ extensions: { code: 'UNAUTHENTICATED' } }]]);
  });
});

describe('a client that does not keep up', () => {
  it('gets what waited when it reads again, in order, then what comes', () => {
    const { deliver, sent, takes, reader, counts, sink } = reading();
    takes(1);
    deliver(1, 2, 3);
    expect(sent).toEqual([1]);
    takes(1);
    reader.drained();
    expect([sent, counts.caughtUp]).toEqual([[1, 2], 0]);
    takes(10);
    reader.drained();
    expect(counts.caughtUp).toBe(1);
    deliver(4);
    expect(sent).toEqual([1, 2, 3, 4]);
    expect(sink.waiting.bytes).toBe(0);
  });

  it('hears of the end after what waits', () => {
    const { deliver, sent, takes, reader, ends } = reading();
    takes(0);
    deliver(1, 2);
    reader.end();
    deliver(3);
    expect(ends).toEqual([]);
    takes(10);
    reader.drained();
    expect([sent, ends]).toEqual([[1, 2], [undefined]]);
  });

  it('is sent away beyond the limit, and told where to resume, which is after what was sent', () => {
    const { deliver, sent, takes, ends, counts, sink } = reading();
    takes(1);
    deliver(1, 2, 3, 4, 5);
    expect(sent).toEqual([1]);
    expect(ends).toMatchObject([[{ extensions: { code: 'SLOW_CONSUMER', resumeFrom: 'c1' } }]]);
    expect(counts).toMatchObject({ slow: 1, over: 1 });
    expect(sink.waiting.bytes).toBe(0);
  });

  it('is told to resume where it began, if nothing was sent', () => {
    const { deliver, takes, ends, reader } = reading();
    takes(0);
    reader.skipTo('c0');
    deliver(1, 2, 3, 4);
    expect(ends).toMatchObject([[{ extensions: { resumeFrom: 'c0' } }]]);
  });

  it('misses the oldest frames of a stream without cursors, and is told how many', () => {
    const { deliver, sent, takes, ends, reader, counts, sink } = reading({ isResumable: false });
    takes(1);
    deliver(1, 2, 3, 4, 5, 6);
    takes(10);
    reader.drained();
    deliver(7);
    expect(sent).toEqual([1, { code: 'EVENTS_MISSED', missed: 2 }, 4, 5, 6, 7]);
    expect(ends).toEqual([]);
    expect(counts.gaps).toBe(1);
    expect(sink.waiting.bytes).toBe(0);
  });

  it('is limited in bytes too, in all its streams together', () => {
    const bytes = frame(1).text.length;
    const { deliver, takes, sent, reader, sink } = reading({
      isResumable: false,
      limits: { maxQueuedEvents: 100, maxQueuedBytes: 3 * bytes },
    });
    sink.waiting.bytes = bytes;
    takes(0);
    deliver(1, 2, 3, 4);
    expect(sink.waiting.bytes).toBe(3 * bytes);
    takes(10);
    reader.drained();
    expect(sent).toEqual([{ code: 'EVENTS_MISSED', missed: 2 }, 3, 4]);
  });
});
