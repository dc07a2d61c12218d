import { expect, it } from 'vitest';
import { takenIn, windowedStream, windowIn } from './stream-window.ts';

async function* numbers() {
  for (let number = 1; ; number++) yield number;
}

it('a stream gives as many frames as its window has room for, then waits for room', async () => {
  const stream = windowedStream(numbers(), 2);
  expect([(await stream.next()).value, (await stream.next()).value]).toEqual([1, 2]);
  const waiting = stream.next();
  stream.taken(0);
  expect(await Promise.race([waiting, 'nothing yet'])).toBe('nothing yet');
  stream.taken(1);
  expect((await waiting).value).toBe(3);
  // More than was sent makes no wider window.
  stream.taken(1_000);
  expect([(await stream.next()).value, (await stream.next()).value]).toEqual([4, 5]);
  const last = stream.next();
  await stream.return?.();
  expect(await last).toEqual({ done: true, value: undefined });
});

it.each([undefined, null, 'x', {}, { 'x-stream-window': '0' }, { 'x-stream-window': '1e9' }])(
  'no window is read from %j',
  (payload) => expect(windowIn(payload)).toBeNull(),
);

it('a window is read from parameters and acknowledgements', () => {
  expect(windowIn({ 'x-stream-window': '100' })).toBe(100);
  expect(windowIn({ 'x-stream-window': 100 })).toBe(100);
});

it.each([
  undefined,
  'x',
  {},
  { taken: null },
  { taken: { id: 1, frames: 1 } },
  { taken: { id: '1', frames: 'x' } },
])('nothing is taken by %j', (payload) => expect(takenIn(payload)).toBeNull());
