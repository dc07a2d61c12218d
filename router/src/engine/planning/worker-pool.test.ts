import { afterEach, expect, it } from 'vitest';
import { eventually } from '../../testing/eventually.ts';
import { createEngine } from '../create-engine.ts';
import type { Prepared, RunningEngine } from '../engine.ts';
import { localSupergraph } from '../testing/local-supergraph.ts';
import { defaultPlanningPolicy, type PlanningPolicy } from './policy.ts';

/** Six subgraphs that all have the same, so that every field can be had in six ways. */
const { sdl, transports } = localSupergraph(
  Object.fromEntries(
    ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [
      name,
      {
        sdl: `type Query { ${name}: String  me: Person @shareable }
          type Person @key(fields: "id") { id: ID!  of_${name}: String
            name: String @shareable  friend: Person @shareable }`,
        resolvers: { Query: { [name]: () => name, me: () => ({ name: 'Ann', friend: { name: 'Bo' } }) } },
      },
    ]),
  ),
);

let engine: RunningEngine | undefined;
afterEach(() => engine?.close());

const start = (policy: Partial<PlanningPolicy> = {}) => {
  engine = createEngine({
    supergraphSdl: sdl,
    transports,
    planning: { ...defaultPlanningPolicy, ...policy },
  });
  return engine;
};

const codeOf = (prepared: Prepared) =>
  'errors' in prepared ? prepared.errors[0]?.extensions?.['code'] : 'prepared';

/** Within every limit, and many seconds of work for the planner. */
const friend = 'friend { name friend { of_a of_b of_c name friend { of_d of_e of_f } } }';
const slow = `{ me { ${Array.from({ length: 390 }, (_, n) => `f${n}: ${friend}`).join(' ')} } }`;

it('plans on another thread what runs as planned here, and gives what is cached at once', async () => {
  const { prepare } = start();
  const query = 'query Q($skip: Boolean!) { a me @skip(if: $skip) { name friend { name } } __typename }';
  const promised = prepare(query);
  expect(promised).toBeInstanceOf(Promise);
  // Who asks meanwhile waits for the same.
  expect(prepare(query)).toBe(promised);
  const prepared = await promised;
  if ('errors' in prepared || prepared.operation.kind === 'subscription') throw new Error('not prepared');
  expect(prepare(query)).toEqual({ ...prepared, cache: 'hit' });
  const result = await prepared.operation.execute({ skip: false }, { headers: {}, correlationId: 'c' });
  expect(result).toEqual({
    data: { a: 'a', me: { name: 'Ann', friend: { name: 'Bo' } }, __typename: 'Query' },
  });
});

it('refuses as it would here', async () => {
  const { prepare } = start();
  const local = createEngine({ supergraphSdl: sdl, transports });
  for (const query of ['{ nope }', '{ b(n: 1) }', '{', 'mutation { a }', 'query A { a } query B { a }']) {
    const refused = await prepare(query);
    expect(refused).toEqual(local.prepare(query));
    expect(refused).toHaveProperty('errors');
  }
});

it('ends what takes too long, refuses it at once for a while, and plans on with a new thread', async () => {
  const { prepare } = start({ timeLimitMs: 1_000 });
  expect(codeOf(await prepare('{ a }'))).toBe('prepared');
  expect(codeOf(await prepare(slow))).toBe('OPERATION_TOO_COMPLEX');
  const again = prepare(slow);
  expect(again).not.toBeInstanceOf(Promise);
  expect(codeOf(await again)).toBe('OPERATION_TOO_COMPLEX');
  expect(codeOf(await prepare('{ b }'))).toBe('prepared');
});

it('survives what takes more memory than a thread has, refuses it at once for a while, and plans on', async () => {
  const { prepare } = start({ memoryMb: 64, timeLimitMs: 60_000 });
  expect(codeOf(await prepare('{ a }'))).toBe('prepared');
  expect(codeOf(await prepare(slow))).toBe('OPERATION_TOO_COMPLEX');
  const again = prepare(slow);
  expect(again).not.toBeInstanceOf(Promise);
  expect(codeOf(await again)).toBe('OPERATION_TOO_COMPLEX');
  expect(codeOf(await prepare('{ b }'))).toBe('prepared');
}, 60_000);

it('lets out of quarantine what has served its time', async () => {
  const { prepare } = start({ timeLimitMs: 100, quarantineMs: 1 });
  expect(codeOf(await prepare(slow))).toBe('OPERATION_TOO_COMPLEX');
  await eventually(() => expect(prepare(slow)).toBeInstanceOf(Promise));
});

it('refuses beyond its queue with an error that passes', async () => {
  const { prepare } = start({ queue: 2 });
  const asked = ['{ a }', '{ b }', '{ me { name } }'].map((query) => prepare(query));
  const refused = await asked[2];
  expect(refused).toMatchObject({
    errors: [{ extensions: { code: 'PLANNING_OVERLOADED', retryable: true } }],
  });
  expect((await Promise.all(asked.slice(0, 2))).map((each) => each && codeOf(each))).toEqual([
    'prepared',
    'prepared',
  ]);
  expect(codeOf(await prepare('{ me { name } }'))).toBe('prepared');
});

it('does not let an operation wait for ever, nor when it is closed', async () => {
  // No thread is ready within a millisecond.
  expect(codeOf(await start({ waitMs: 1 }).prepare('{ a }'))).toBe('PLANNING_OVERLOADED');
  await engine?.close();
  const waiting = start().prepare('{ a }');
  await engine?.close();
  expect(codeOf(await waiting)).toBe('PLANNING_OVERLOADED');
});

it('keeps no thread when retired, plans what still comes, and nothing once closed', async () => {
  const { prepare, retire, close } = start();
  await prepare('{ a }');
  retire();
  expect(codeOf(await prepare('{ b }'))).toBe('prepared');
  await close();
  expect(codeOf(await prepare('{ me { name } }'))).toBe('PLANNING_OVERLOADED');
});

it('knows what was asked for most', async () => {
  const { prepare, hottest } = start();
  for (const query of ['{ a }', '{ b }', '{ b }', '{ b }', '{ me { name } }', '{ a }']) await prepare(query);
  await prepare('{ nope }');
  expect(hottest(2)).toEqual([{ query: '{ b }' }, { query: '{ a }' }]);
});
