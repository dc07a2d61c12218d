import type { EventStream } from '@meridian/kernel/event-log/event-stream';
import type { LoggedEvent } from '@meridian/kernel/event-log/log-table';
import { expect, test } from 'vitest';
import { whileMember } from './while-member.ts';

const eventAt = (number: number): LoggedEvent => ({
  cursor: String(number),
  position: { xid: 1n, id: BigInt(number) },
  type: 'test.v1',
  key: 'key',
  data: {},
  at: new Date(),
  columns: {},
});

/** Tells event after event; its position is that of the last. */
function numbers() {
  let told = 0;
  let ended = false;
  const stream: EventStream = {
    [Symbol.asyncIterator]: () => stream,
    async next() {
      if (ended) return { done: true, value: undefined };
      return { done: false, value: eventAt(++told) };
    },
    async return() {
      ended = true;
      return { done: true, value: undefined };
    },
    position: () => String(told),
  };
  return { stream, isEnded: () => ended };
}

test('events pass while the reader belongs; then comes a frame without one, and the end', async () => {
  const { stream, isEnded } = numbers();
  let member = true;
  const frames = whileMember(stream, async () => member);
  expect((await frames.next()).value?.event?.cursor).toBe('1');
  member = false;
  expect(await frames.next()).toEqual({ done: false, value: { event: null } });
  expect(isEnded()).toBe(true);
  expect((await frames.next()).done).toBe(true);
});

test('an event that is not told yet is after the position: who goes on from there gets it', async () => {
  const { stream } = numbers();
  const asked = Promise.withResolvers<boolean>();
  const frames = whileMember(stream, () => asked.promise);
  const next = frames.next();
  await new Promise(setImmediate);
  expect(stream.position()).toBe('1');
  expect(frames.position()).toBe('0');
  asked.resolve(true);
  await next;
  expect(frames.position()).toBe('1');
});

test('when it cannot be known whether the reader belongs, nothing is told', async () => {
  const { stream } = numbers();
  const frames = whileMember(stream, () => Promise.reject(new Error('the database is away')));
  await expect(frames.next()).rejects.toThrow('away');
});
