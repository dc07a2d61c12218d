import { eventually } from '@meridian/testkit/eventually';
import { expect, it } from 'vitest';
import { InOrder } from './in-order.ts';

it('hands over in the order of the tasks, however they end', async () => {
  const line = new InOrder(3);
  const handed: number[] = [];
  const tasks = [0, 1, 2].map(() => Promise.withResolvers<void>());
  const rooms = tasks.map(({ promise }, n) => line.add(promise, () => handed.push(n)));
  expect(rooms.map((room) => room !== undefined)).toEqual([false, false, true]);
  tasks[2]?.resolve();
  tasks[1]?.resolve();
  await Promise.resolve();
  expect(handed).toEqual([]);
  tasks[0]?.resolve();
  await rooms[2];
  expect(handed[0]).toBe(0);
  await line.settled();
  expect(handed).toEqual([0, 1, 2]);
});

it('hands over as soon as it can, though nothing else comes', async () => {
  const line = new InOrder(8);
  const handed: string[] = [];
  void line.add(Promise.resolve('a'), (value) => handed.push(value));
  await eventually(() => expect(handed).toEqual(['a']));
  expect(line.add(Promise.resolve('b'), (value) => handed.push(value))).toBeUndefined();
  await line.settled();
  expect(handed).toEqual(['a', 'b']);
});
