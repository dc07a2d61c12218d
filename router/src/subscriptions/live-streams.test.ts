import { setImmediate as nextTurn } from 'node:timers/promises';
import { eventually } from '@meridian/testkit/eventually';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { type LiveDemo, liveDemo } from '../testing/live-demo.ts';

let demo: LiveDemo;
afterEach(() => {
  demo.streams.close();
  expect(demo.log.readers.size).toBe(0);
});

const append = (many: number) => Array.from({ length: many }, () => demo.log.append('1').cursor);

describe('subscribers of the same', () => {
  it('share an upstream, a join for each event and its text', async () => {
    demo = liveDemo();
    const readers = [demo.read(), demo.read(), demo.read()];
    await eventually(() => expect(demo.log.readers.size).toBe(1));
    append(3);
    for (const { steps } of readers) await eventually(() => expect(steps).toEqual([1, 2, 3]));
    expect(demo.joins).toHaveLength(3);
    const [a, b] = readers.map(({ texts }) => texts);
    expect(a).toEqual(b);
    for (const { stream } of readers) stream.close();
    expect(demo.log.readers.size).toBe(0);
  });

  it('share joins of the same event, though they asked for others as well, and with nobody else', async () => {
    demo = liveDemo();
    const readers = [demo.read(), demo.read({ id: '1' }), demo.read({ id: '1', viewer: 'bob' })];
    await eventually(() => expect(demo.log.readers.size).toBe(3));
    append(2);
    for (const { steps } of readers) await eventually(() => expect(steps).toEqual([1, 2]));
    expect(demo.joins).toHaveLength(4);
  });

  it('do not share with who is another to subgraphs, or asks for something else', async () => {
    demo = liveDemo();
    demo.read();
    demo.read({ viewer: 'bob' });
    demo.read({ scopes: ['more'] });
    demo.read({ id: '2' });
    await eventually(() => expect(demo.log.readers.size).toBe(4));
  });

  it('get frames in the order of the events, whatever the order of the joins', async () => {
    demo = liveDemo();
    const { steps } = demo.read();
    await eventually(() => expect(demo.log.readers.size).toBe(1));
    demo.holdJoins();
    append(5);
    await eventually(() => expect(demo.held).toHaveLength(5));
    for (const n of [4, 2, 0, 1, 3]) demo.held[n]?.();
    await eventually(() => expect(steps).toEqual([1, 2, 3, 4, 5]));
  });

  it('that come again after a moment get what they missed from memory', async () => {
    demo = liveDemo();
    const stays = demo.read();
    await eventually(() => expect(demo.log.readers.size).toBe(1));
    append(4);
    await eventually(() => expect(stays.steps).toHaveLength(4));
    const returns = demo.read({ after: 'c1' });
    expect(returns.steps).toEqual([2, 3, 4]);
    expect([demo.joins.length, demo.log.readers.size]).toEqual([4, 1]);
  });

  it('that come again from further back catch up by themselves until they meet the others', async () => {
    demo = liveDemo();
    append(20);
    const stays = demo.read();
    await eventually(() => expect(demo.log.readers.size).toBe(1));
    const returns = [demo.read({ after: 'c5' }), demo.read({ after: 'c5' }), demo.read({ after: 'c9' })];
    for (const { steps } of returns) await eventually(() => expect(steps.at(-1)).toBe(20));
    expect(stays.steps).toEqual([]);
    append(1);
    await eventually(() => expect(demo.log.readers.size).toBe(1));
    append(1);
    await eventually(() => expect(stays.steps).toEqual([21, 22]));
    const upTo22 = (from: number) => Array.from({ length: 22 - from + 1 }, (_, index) => from + index);
    for (const [index, from] of [6, 6, 10].entries())
      await eventually(() => expect(returns[index]?.steps).toEqual(upTo22(from)));
  });

  it('from an unknown or expired cursor are told from where they can resume', async () => {
    demo = liveDemo();
    append(10);
    demo.log.keep(3);
    const [unknown, expired] = [demo.read({ after: 'x' }), demo.read({ after: 'c2' })];
    await eventually(() =>
      expect(unknown.ends).toMatchObject([[{ extensions: { code: 'CURSOR_INVALID' } }]]),
    );
    await eventually(() =>
      expect(expired.ends).toMatchObject([[{ extensions: { code: 'CURSOR_EXPIRED', resumeFrom: 'c7' } }]]),
    );
    const resumed = demo.read({ after: 'c7' });
    await eventually(() => expect(resumed.steps).toEqual([8, 9, 10]));
  });

  it('that catch up do so at the pace of their client', async () => {
    demo = liveDemo({ maxQueuedEvents: 16 });
    append(100);
    const slow = demo.read({ after: 'c0', room: 1 });
    await eventually(() => expect(slow.steps).toEqual([1]));
    for (let n = 2; n <= 100; n++) {
      slow.take(1);
      await eventually(() => expect(slow.steps).toHaveLength(n));
    }
    expect(slow.ends).toEqual([]);
  });
});

it('lets go of what it moved away from, though a slow client held it up', async () => {
  demo = liveDemo();
  append(10);
  const slow = demo.read({ after: 'c0', room: 1 });
  await eventually(() => expect(slow.steps).toEqual([1]));
  demo.move();
  await demo.streams.reload();
  await eventually(async () => expect([await demo.upstreams(), demo.holds()]).toEqual([1, 1]));
  slow.take(100);
  await eventually(() => expect(slow.steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));
  slow.stream.close();
  await eventually(async () => expect([await demo.upstreams(), demo.holds()]).toEqual([0, 0]));
});

it('sees to it that every subscriber gets the log from where it began, in order, nothing twice', async () => {
  const action = fc.oneof(
    fc.record({ do: fc.constant('append' as const), many: fc.integer({ min: 1, max: 5 }) }),
    fc.record({ do: fc.constant('read' as const), back: fc.option(fc.integer({ min: 0, max: 15 })) }),
    fc.record({ do: fc.constant('lose' as const) }),
    fc.record({ do: fc.constant('close' as const), which: fc.nat(20) }),
    fc.record({ do: fc.constant('reload' as const), moves: fc.boolean() }),
    fc.record({ do: fc.constant('wait' as const) }),
    fc.record({ do: fc.constant('rights' as const), which: fc.nat(20), scope: fc.constantFrom('a', 'b') }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(action, { maxLength: 40 }),
      fc.infiniteStream(fc.nat(3)),
      async (actions, delays) => {
        demo = liveDemo({ frames: 3, delay: () => delays.next().value ?? 0 });
        append(3);
        const readers: { from: number | undefined; end: number; reader: ReturnType<LiveDemo['read']> }[] = [];
        for (const step of actions) {
          if (step.do === 'append') append(step.many);
          if (step.do === 'lose') demo.log.lose();
          if (step.do === 'wait') await nextTurn();
          if (step.do === 'close') readers.splice(step.which, 1)[0]?.reader.stream.close();
          if (step.do === 'rights')
            readers[step.which]?.reader.renew({ scopes: [step.scope], viewer: 'ada' });
          if (step.do === 'reload') {
            if (step.moves) demo.move();
            await demo.streams.reload();
          }
          if (step.do === 'read') {
            const end = Number(demo.log.end().slice(1));
            const from = step.back === null ? undefined : Math.max(0, end - step.back);
            readers.push({ from, end, reader: demo.read(from === undefined ? {} : { after: `c${from}` }) });
            // From where a stream goes on is known when its first position has come.
            await nextTurn();
            await nextTurn();
          }
        }
        append(1);
        const end = Number(demo.log.end().slice(1));
        for (const { from, end: endThen, reader } of readers) {
          await eventually(() => expect(reader.steps.at(-1)).toBe(end));
          const first = from === undefined ? (reader.steps[0] ?? 0) : from + 1;
          expect(first).toBeLessThanOrEqual(endThen + 1);
          expect(reader.steps).toEqual(Array.from({ length: end - first + 1 }, (_, index) => first + index));
          expect(reader.ends).toEqual([]);
          reader.stream.close();
        }
        expect(demo.log.readers.size).toBe(0);
      },
    ),
    { numRuns: 300 },
  );
});
