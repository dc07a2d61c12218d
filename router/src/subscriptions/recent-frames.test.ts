import { describe, expect, it } from 'vitest';
import { frameOf } from './frame.ts';
import { RecentFrames } from './recent-frames.ts';

const frame = (n: number, cursor: string | undefined = `c${n}`) => frameOf({ data: { n } }, cursor);
const texts = (frames: readonly { text: string }[]) => frames.map(({ text }) => JSON.parse(text).data.n);

describe('recent frames', () => {
  it('give all after a cursor, also after the one before the first', () => {
    const recent = new RecentFrames({ frames: 10, bytes: 1_000 }, 'c0');
    for (const n of [1, 2, 3]) recent.add(frame(n));
    expect(texts(recent.after('c0'))).toEqual([1, 2, 3]);
    expect(texts(recent.after('c2'))).toEqual([3]);
    expect(texts(recent.after('c3'))).toEqual([]);
    expect(recent.last()).toBe('c3');
    expect(recent.reaches('c4')).toBe(false);
  });

  it('forget the oldest beyond their number', () => {
    const recent = new RecentFrames({ frames: 2, bytes: 1_000 }, 'c0');
    for (const n of [1, 2, 3]) recent.add(frame(n));
    expect(recent.reaches('c0')).toBe(false);
    expect(texts(recent.after('c1'))).toEqual([2, 3]);
  });

  it('forget the oldest beyond their bytes, be it the only one', () => {
    const recent = new RecentFrames({ frames: 10, bytes: 30 }, 'c0');
    for (const n of [1, 2, 3]) recent.add(frame(n));
    expect(recent.reaches('c0')).toBe(false);
    expect(texts(recent.after('c2'))).toEqual([3]);
    recent.add(frameOf({ data: { long: 'x'.repeat(100) } }, 'c4'));
    expect(recent.reaches('c3')).toBe(false);
    expect(recent.after('c4')).toEqual([]);
    expect(recent.reaches('c4')).toBe(true);
  });

  it('keep what carries no cursor in its place', () => {
    const recent = new RecentFrames({ frames: 10, bytes: 1_000 });
    expect(recent.last()).toBeUndefined();
    recent.add(frame(1));
    recent.add({ ...frame(2), cursor: undefined });
    recent.add(frame(3));
    expect(texts(recent.after('c1'))).toEqual([2, 3]);
  });

  it('move on where nothing happened', () => {
    const recent = new RecentFrames({ frames: 10, bytes: 1_000 }, 'p0');
    recent.skipTo('p1');
    expect(recent.reaches('p0')).toBe(false);
    recent.add(frame(1));
    recent.skipTo('p2');
    expect(texts(recent.after('p1'))).toEqual([1]);
    expect(recent.after('p2')).toEqual([]);
    expect(recent.last()).toBe('p2');
    // Nothing came between the two, but which of them a frame belongs after is known of the later one only.
    recent.add(frame(2));
    expect(recent.reaches('p2')).toBe(false);
    expect(texts(recent.after('c1'))).toEqual([2]);
  });
});
