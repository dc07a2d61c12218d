import { expect, test, vi } from 'vitest';
import { eventQueue } from './event-queue.ts';
import { framesWithPositions } from './stream-positions.ts';

const answer = async (event: number) => ({ data: { event } });

/** A source of numbers that stands where its reader is. */
function numbers() {
  const { stream, push, end } = eventQueue<number>();
  let at = 'start';
  const source = {
    [Symbol.asyncIterator]: () => stream,
    return: () => stream.return?.() ?? Promise.reject(new Error('it cannot be ended')),
    next: async () => {
      const step = await stream.next();
      if (!step.done) at = `after ${step.value}`;
      return step;
    },
    position: () => at,
  };
  return { source, push, end, moveTo: (position: string) => (at = position) };
}

test('a stream tells first where it begins, then its events', async () => {
  const { source, push, end } = numbers();
  const frames = framesWithPositions(source, answer);
  push(1);
  end();
  expect([await frames.next(), await frames.next(), await frames.next()]).toEqual([
    { done: false, value: { extensions: { position: 'start' } } },
    { done: false, value: { data: { event: 1 } } },
    { done: true, value: undefined },
  ]);
});

test('when others’ events pass by it tells how far it has come, and loses none of its own', async () => {
  vi.useFakeTimers();
  const { source, push, moveTo } = numbers();
  const frames = framesWithPositions(source, answer, 1_000);
  await frames.next();
  const [passing, next] = [frames.next(), frames.next()];
  moveTo('further on');
  await vi.advanceTimersByTimeAsync(1_000);
  expect((await passing).value).toEqual({ extensions: { position: 'further on' } });
  push(1);
  expect((await next).value).toEqual({ data: { event: 1 } });
  vi.useRealTimers();
});

test('a stream that is given up while it waits leaves no timer', async () => {
  vi.useFakeTimers();
  const frames = framesWithPositions(numbers().source, answer);
  await frames.next();
  const waiting = frames.next();
  await vi.advanceTimersByTimeAsync(1);
  expect(vi.getTimerCount()).toBe(1);
  await frames.return?.();
  expect((await waiting).done).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});
