import { expect, test, vi } from 'vitest';
import { createLogger } from '../logger.ts';
import { impatient, message } from '../testing/bus-contract.ts';
import { openLanes } from './kafka-lanes.ts';

const patiently = { timeout: 60_000, interval: 10 };

/** Lanes whose consumer waits until it is let go on, message by message. */
function gatedLanes() {
  const handled: string[] = [];
  const noted: bigint[] = [];
  const gates: PromiseWithResolvers<void>[] = [];
  const lanes = openLanes(
    {
      name: 'test.lanes',
      hears: {},
      async handle({ key }) {
        handled.push(key);
        const gate = Promise.withResolvers<void>();
        gates.push(gate);
        await gate.promise;
      },
      park: async () => {},
    },
    impatient,
    createLogger('test', 'silent'),
    () => {},
  );
  const add = (partition: string, offset: bigint, key: string | null) =>
    lanes.add(partition, {
      offset,
      message: key === null ? null : message({ key }),
      commit: async () => void noted.push(offset),
    });
  return { lanes, add, handled, noted, letGo: () => gates.shift()?.resolve() };
}

test('what is read again is not handled again; what nobody wants is noted only', async () => {
  const { lanes, add, handled, noted, letGo } = gatedLanes();
  add('t:0', 5n, 'a');
  add('t:0', 6n, null);
  add('t:0', 7n, 'b');
  for (const offset of [5n, 6n, 7n]) add('t:0', offset, 'again');
  expect(lanes.waiting()).toBe(3);
  letGo();
  await vi.waitFor(() => expect(handled).toEqual(['a', 'b']), patiently);
  letGo();
  await vi.waitFor(() => expect(noted).toEqual([5n, 6n, 7n]), patiently);
  expect(lanes.waiting()).toBe(0);
  await lanes.stop();
});

test('of a partition that somebody else has now nothing more is begun or noted; others go on', async () => {
  const { lanes, add, handled, noted, letGo } = gatedLanes();
  add('t:0', 1n, 'lost');
  add('t:0', 2n, 'lost too');
  add('t:1', 1n, 'kept');
  add('t:1', 2n, 'kept too');
  lanes.keepOnly(new Set(['t:1']));
  letGo();
  letGo();
  await vi.waitFor(() => expect(handled).toEqual(['lost', 'kept', 'kept too']), patiently);
  letGo();
  await vi.waitFor(() => expect(noted).toEqual([1n, 2n]), patiently);
  // It comes back, and is read from what was noted.
  add('t:0', 1n, 'back');
  await vi.waitFor(() => expect(handled.at(-1)).toBe('back'), patiently);
  letGo();
  await lanes.stop();
});

test('a message that fails steps aside with its key; others go on, and are noted when it is done', async () => {
  const handled: string[] = [];
  const noted: bigint[] = [];
  let isBroken = true;
  const lanes = openLanes(
    {
      name: 'test.aside',
      hears: {},
      async handle({ key, type }) {
        if (key === 'bad' && isBroken) throw new Error('not yet');
        handled.push(`${key} ${type}`);
      },
      park: async () => {
        throw new Error('nowhere to park it');
      },
    },
    impatient,
    createLogger('test', 'silent'),
    () => {},
  );
  for (const [offset, key] of [
    [1n, 'bad'],
    [2n, 'good'],
    [3n, 'bad'],
    [4n, 'good'],
  ] as const)
    lanes.add('t:0', {
      offset,
      message: message({ key, type: String(offset) }),
      commit: async () => void noted.push(offset),
    });
  await vi.waitFor(() => expect(handled).toEqual(['good 2', 'good 4']), patiently);
  expect([noted, lanes.waiting()]).toEqual([[], 4]);
  isBroken = false;
  await vi.waitFor(() => expect(handled).toEqual(['good 2', 'good 4', 'bad 1', 'bad 3']), patiently);
  await vi.waitFor(() => expect(noted).toEqual([2n, 4n]), patiently);
  expect(lanes.waiting()).toBe(0);
  await lanes.stop();
});
