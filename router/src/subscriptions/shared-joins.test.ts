import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { PreparedSubscription } from '../engine/engine.ts';
import { frameOf } from './frame.ts';
import { sharedJoins } from './shared-joins.ts';

const [one, another] = [{}, {}] as PreparedSubscription[] as [PreparedSubscription, PreparedSubscription];

function joining() {
  const joins = sharedJoins();
  let begun = 0;
  const ask = (operation: PreparedSubscription, of: unknown) =>
    joins(operation, of, async () => frameOf({ data: { n: begun++ } }));
  return { ask, begun: () => begun };
}

it('joins once for all of one turn, and not before it is over', async () => {
  const { ask, begun } = joining();
  const asked = [ask(one, 'a')];
  await Promise.resolve();
  asked.push(ask(one, 'a'));
  expect(begun()).toBe(0);
  const [first, second] = await Promise.all(asked);
  expect(first).toBe(second);
  expect(begun()).toBe(1);
});

it('joins anew what comes in another turn, though the join before is still under way', async () => {
  const { ask, begun } = joining();
  const first = ask(one, 'a');
  await nextTurn();
  const second = ask(one, 'a');
  expect(await first).not.toBe(await second);
  expect(begun()).toBe(2);
});

it('leaves what is nested too deep to be compared to a join of its own', async () => {
  const { ask, begun } = joining();
  let nested: unknown = 'end';
  for (let depth = 0; depth < 100_000; depth++) nested = [nested];
  await Promise.all([ask(one, nested), ask(one, nested)]);
  expect(begun()).toBe(2);
});

it('keeps operations and keys apart', async () => {
  const { ask, begun } = joining();
  await Promise.all([ask(one, 'a'), ask(one, 'b'), ask(another, 'a')]);
  expect(begun()).toBe(3);
});
