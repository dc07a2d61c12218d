import { eventually } from '@meridian/testkit/eventually';
import { expect, it } from 'vitest';
import { type Admission, type AdmissionPolicy, createAdmission } from './admission.ts';
import { createEngine } from './create-engine.ts';
import { localSupergraph } from './testing/local-supergraph.ts';
import { textOf } from './testing/text-of.ts';

const policy: AdmissionPolicy = { answerBytes: 100, patienceMs: 3_600_000, queue: 10 };

const one = {};

/** Enters without end and notes what came of it. */
function enter(
  admission: Admission,
  bytes: number,
  context: Parameters<Admission['enter']>[1] = {},
  operation = one,
) {
  const state = { is: 'waiting' as 'waiting' | 'inside' | 'refused', leave: () => {} };
  const note = (leave: (() => void) | undefined) => {
    state.is = leave ? 'inside' : 'refused';
    state.leave = leave ?? state.leave;
  };
  const entered = admission.enter(bytes, context, operation);
  if (entered instanceof Promise) void entered.then(note);
  else note(entered);
  return state;
}

it('lets in at once what there is room for, and the rest in turn', async () => {
  const admission = createAdmission(policy);
  const first = enter(admission, 60);
  const second = enter(admission, 40);
  const third = enter(admission, 50);
  const small = enter(admission, 1);
  expect([first, second, third, small].map(({ is }) => is)).toEqual([
    ...['inside', 'inside'],
    ...['waiting', 'waiting'],
  ]);
  second.leave();
  await Promise.resolve();
  expect([third.is, small.is]).toEqual(['waiting', 'waiting']);
  first.leave();
  await eventually(() => expect([third.is, small.is]).toEqual(['inside', 'inside']));
});

it('lets in what is larger than all it has room for when nothing else is under way', async () => {
  const admission = createAdmission(policy);
  const huge = enter(admission, 1_000);
  const other = enter(admission, 1);
  expect([huge.is, other.is]).toEqual(['inside', 'waiting']);
  huge.leave();
  await eventually(() => expect(other.is).toBe('inside'));
});

it('refuses when as many wait as may, and who gave up or whose time was up while they waited', async () => {
  const admission = createAdmission({ ...policy, queue: 2 });
  const inside = enter(admission, 100);
  const hangUp = new AbortController();
  const gone = enter(admission, 1, { signal: hangUp.signal });
  const late = enter(admission, 1, { deadline: Date.now() + 500 });
  expect([gone.is, late.is]).toEqual(['waiting', 'waiting']);
  expect(enter(admission, 1).is).toBe('refused');
  hangUp.abort();
  await eventually(() => expect([gone.is, late.is]).toEqual(['refused', 'refused']));
  expect(enter(admission, 1, { deadline: Date.now() - 1 }).is).toBe('refused');
  expect(enter(admission, 1, { signal: hangUp.signal }).is).toBe('refused');
  // Neither of them holds a place in the queue any more.
  const next = [enter(admission, 1), enter(admission, 1)];
  inside.leave();
  await eventually(() => expect(next.map(({ is }) => is)).toEqual(['inside', 'inside']));
});

it('lets those in for whom there is room when the one before them gives up', async () => {
  const admission = createAdmission(policy);
  enter(admission, 60);
  const hangUp = new AbortController();
  const large = enter(admission, 90, { signal: hangUp.signal });
  const small = enter(admission, 40);
  expect([large.is, small.is]).toEqual(['waiting', 'waiting']);
  hangUp.abort();
  await eventually(() => expect([large.is, small.is]).toEqual(['refused', 'inside']));
});

it('gives away the place of who takes long, once', async () => {
  const admission = createAdmission({ ...policy, patienceMs: 1 });
  const slow = [enter(admission, 60), enter(admission, 40)];
  const next = [enter(admission, 60), enter(admission, 40)];
  await eventually(() => expect(next.map(({ is }) => is)).toEqual(['inside', 'inside']));
  for (const { leave } of [...slow, ...next]) leave();
  const again = createAdmission(policy);
  const only = enter(again, 100);
  only.leave();
  only.leave();
  expect([enter(again, 60).is, enter(again, 60).is]).toEqual(['inside', 'waiting']);
});

it('lets operations take turns, so that none waits behind all of another that is slow', async () => {
  const admission = createAdmission(policy);
  const slow = [1, 2, 3, 4].map(() => enter(admission, 100));
  const other = enter(admission, 100, {}, {});
  const gone = enter(admission, 100, { deadline: Date.now() + 1 }, {});
  const entered = () => [...slow, other].flatMap(({ is }, at) => (is === 'inside' ? [at] : []));
  await eventually(() => expect(gone.is).toBe('refused'));
  expect(entered()).toEqual([0]);
  slow[0]?.leave();
  await eventually(() => expect(entered()).toEqual([0, 1]));
  slow[1]?.leave();
  await eventually(() => expect(entered()).toEqual([0, 1, 4]));
  other.leave();
  await eventually(() => expect(entered()).toEqual([0, 1, 2, 4]));
  slow[2]?.leave();
  await eventually(() => expect(entered()).toEqual([0, 1, 2, 3, 4]));
});

it('holds executions back until those before them have ended, and refuses with an error that passes', async () => {
  const held: (() => void)[] = [];
  const { sdl, transports } = localSupergraph({
    slow: {
      sdl: 'type Query { slow: String }',
      resolvers: { Query: { slow: () => new Promise((resolve) => held.push(() => resolve('done'))) } },
    },
  });
  const admission = createAdmission({ ...policy, queue: 1 });
  const engine = createEngine({ supergraphSdl: sdl, transports, admission });
  const prepared = engine.prepare('{ slow }');
  if ('errors' in prepared || prepared.operation.kind === 'subscription') throw new Error('not prepared');
  const { execute, executeText } = prepared.operation;
  const context = { headers: {}, correlationId: 'c' };
  const first = execute({}, context);
  const second = executeText({}, context);
  const third = await executeText({}, context);
  expect(third).toMatchObject({ errors: [{ extensions: { code: 'OVERLOADED', retryable: true } }] });
  await eventually(() => expect(held).toHaveLength(1));
  held[0]?.();
  expect(await first).toEqual({ data: { slow: 'done' } });
  await eventually(() => expect(held).toHaveLength(2));
  held[1]?.();
  expect(textOf(await second)).toBe('{"data":{"slow":"done"}}\n');
});

it('lets in at once what is small beside all that there is room for', () => {
  const admission = createAdmission({ ...policy, answerBytes: 25_600 });
  const states = [25_600, 101, 100].map((bytes) => enter(admission, bytes).is);
  expect(states).toEqual(['inside', 'waiting', 'inside']);
});

it('lets the event loop go on between executions that wait for nothing', async () => {
  const admission = createAdmission({ ...policy, queue: 100 });
  let done = 0;
  const execute = async () => {
    const leave = await admission.enter(100, {}, one);
    const end = performance.now() + 1;
    while (performance.now() < end);
    done++;
    leave?.();
  };
  const all = Array.from({ length: 50 }, execute);
  const seen = [];
  while (done < all.length) {
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(done);
  }
  await Promise.all(all);
  // Some in each turn, by the time that they take.
  expect(seen.length).toBeGreaterThan(5);
});
