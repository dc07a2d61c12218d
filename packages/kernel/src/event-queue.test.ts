import { expect, test, vi } from 'vitest';
import { eventQueue, SlowConsumerError } from './event-queue.ts';

test('items come in order, to readers that wait and to readers that come late', async () => {
  const queue = eventQueue<number>();
  const waiting = queue.stream.next();
  queue.push(1);
  queue.push(2);
  queue.end();
  expect(await waiting).toEqual({ done: false, value: 1 });
  expect(await queue.stream.next()).toEqual({ done: false, value: 2 });
  expect(await queue.stream.next()).toEqual({ done: true, value: undefined });
});

test('a reader that is too slow gets what waits, then an error', async () => {
  const onClose = vi.fn();
  const queue = eventQueue<number>({ capacity: 2, onClose });
  for (const item of [1, 2, 3, 4]) queue.push(item);
  expect(onClose).toHaveBeenCalledOnce();
  expect(await queue.stream.next()).toEqual({ done: false, value: 1 });
  expect(await queue.stream.next()).toEqual({ done: false, value: 2 });
  await expect(queue.stream.next()).rejects.toThrow(SlowConsumerError);
  expect(await queue.stream.next()).toEqual({ done: true, value: undefined });
});

test('of what only the newest matters of, a slow reader gets the newest', async () => {
  const queue = eventQueue<number>({ capacity: 1, whenFull: 'drop-oldest' });
  for (const item of [1, 2, 3]) queue.push(item);
  expect(await queue.stream.next()).toEqual({ done: false, value: 3 });
  const waiting = queue.stream.next();
  queue.push(4);
  queue.push(5);
  expect([await waiting, await queue.stream.next()].map(({ value }) => value)).toEqual([4, 5]);
});

test('a reader that gives up while it waits is released at once', async () => {
  const onClose = vi.fn();
  const queue = eventQueue<number>({ onClose });
  const waiting = queue.stream.next();
  await queue.stream.return?.();
  expect(await waiting).toEqual({ done: true, value: undefined });
  queue.push(1);
  expect(await queue.stream.next()).toEqual({ done: true, value: undefined });
  expect(onClose).toHaveBeenCalledOnce();
});
