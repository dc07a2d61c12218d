import { createHash } from 'node:crypto';
import type { Worker } from 'node:worker_threads';
import { eventually } from '@meridian/testkit/eventually';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { patientConfig } from '../../testing/patient-config.ts';
import { createEngine } from '../create-engine.ts';
import type { Prepared, RunningEngine } from '../engine.ts';
import { startEngine } from '../start-engine.ts';
import { localSupergraph } from '../testing/local-supergraph.ts';
import type { PlanningPolicy } from './policy.ts';

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
/** Threads that the engines of a test have started, and what was logged of them. */
let workers: Worker[] = [];
let logged: { level: string; line: Record<string, unknown>; what: string }[] = [];
const running = new Set<Worker>();
const noteWorker = (worker: Worker) => {
  workers.push(worker);
  running.add(worker);
  worker.once('exit', () => running.delete(worker));
};
beforeEach(() => {
  workers = [];
  logged = [];
  process.on('worker', noteWorker);
});
afterEach(() => {
  process.off('worker', noteWorker);
  return engine?.close();
});

const loggerOf = (level: string) => (line: unknown, what?: unknown) =>
  void logged.push({ level, line: line as Record<string, unknown>, what: String(what) });
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

const start = async (policy: Partial<PlanningPolicy> = {}) => {
  engine = await startEngine({
    supergraphSdl: sdl,
    transports,
    planning: { ...patientConfig.planning, ...policy },
    logger: { warn: loggerOf('warn'), error: loggerOf('error') },
  }).ready;
  return engine;
};

const codeOf = (prepared: Prepared) =>
  'errors' in prepared ? prepared.errors[0]?.extensions?.['code'] : 'prepared';

/** Within every limit, and many seconds of work for the planner. */
const friend = 'friend { name friend { of_a of_b of_c name friend { of_d of_e of_f } } }';
const slow = `{ me { ${Array.from({ length: 390 }, (_, n) => `f${n}: ${friend}`).join(' ')} } }`;

const query = 'query Q($skip: Boolean!) { a me @skip(if: $skip) { name friend { name } } __typename }';

it('plans on another thread what runs as planned here, and gives what is cached at once', async () => {
  const { prepare } = await start();
  const promised = prepare(query);
  expect(promised).toBeInstanceOf(Promise);
  // Who asks meanwhile waits for the same.
  const meanwhile = prepare(query);
  const prepared = await promised;
  expect(await meanwhile).toEqual(prepared);
  expect(await meanwhile).toHaveProperty('operation', 'operation' in prepared && prepared.operation);
  if ('errors' in prepared || prepared.operation.kind === 'subscription') throw new Error('not prepared');
  expect(prepare(query)).toEqual({ ...prepared, cache: 'hit' });
  const result = await prepared.operation.execute({ skip: false }, { headers: {}, correlationId: 'c' });
  expect(result).toEqual({
    data: { a: 'a', me: { name: 'Ann', friend: { name: 'Bo' } }, __typename: 'Query' },
  });
});

it('refuses as it would here', async () => {
  const { prepare } = await start();
  const local = createEngine({ supergraphSdl: sdl, transports });
  for (const query of ['{ nope }', '{ b(n: 1) }', '{', 'mutation { a }', 'query A { a } query B { a }']) {
    const refused = await prepare(query);
    expect(refused).toEqual(local.prepare(query));
    expect(refused).toHaveProperty('errors');
  }
});

it('ends what takes too long, refuses it at once for a while, and plans on with a new thread', async () => {
  const { prepare } = await start({ timeLimitMs: 3_000 });
  expect(codeOf(await prepare('{ a }'))).toBe('prepared');
  expect(codeOf(await prepare(slow))).toBe('OPERATION_TOO_COMPLEX');
  const again = prepare(slow);
  expect(again).not.toBeInstanceOf(Promise);
  expect(codeOf(await again)).toBe('OPERATION_TOO_COMPLEX');
  expect(codeOf(await prepare('{ b }'))).toBe('prepared');
  expect(logged).toEqual([
    { level: 'warn', line: { operation: hashOf(slow), timeLimitMs: 3_000 }, what: 'planning took too long' },
  ]);
});

it('survives what takes more memory than a thread has, refuses it at once for a while, and plans on', async () => {
  const { prepare } = await start({ memoryMb: 64 });
  expect(codeOf(await prepare('{ a }'))).toBe('prepared');
  expect(codeOf(await prepare(slow))).toBe('OPERATION_TOO_COMPLEX');
  const again = prepare(slow);
  expect(again).not.toBeInstanceOf(Promise);
  expect(codeOf(await again)).toBe('OPERATION_TOO_COMPLEX');
  expect(codeOf(await prepare('{ b }'))).toBe('prepared');
  expect(logged).toEqual([
    {
      level: 'warn',
      line: { operation: hashOf(slow), memoryMb: 64 },
      what: 'planning took too much memory',
    },
  ]);
});

/** What ends a thread while it works on an operation, without a fault of the operation's. */
const deaths: [string, (worker: Worker) => unknown][] = [
  // Not even the syntax is right, which the engine sees to: the thread throws.
  ['throws', (worker) => worker.postMessage({ query: '{', overrides: [] })],
  ['exits', (worker) => worker.terminate()],
];

it.each(deaths)('a thread that %s is ours to answer for: logged, and tried again', async (_how, end) => {
  const { prepare } = await start();
  expect(codeOf(await prepare('{ a }'))).toBe('prepared');
  const [worker] = workers;
  if (!worker) throw new Error('there is no thread');
  // It comes first, or while the operation is planned.
  end(worker);
  expect(await prepare(query)).toMatchObject({
    errors: [{ extensions: { code: 'PLANNING_INTERRUPTED', retryable: true } }],
  });
  expect(logged).toMatchObject([
    { level: 'error', line: { operation: hashOf(query) }, what: 'a planning thread broke' },
  ]);
  const again = prepare(query);
  expect(again).toBeInstanceOf(Promise);
  expect(codeOf(await again)).toBe('prepared');
});

it('an operation with which a thread breaks twice is refused for a while', async () => {
  const { prepare } = await start();
  for (let times = 0; times < 2; times++) {
    expect(codeOf(await prepare(`{ a${'_'.repeat(times)} }`))).not.toBe('PLANNING_INTERRUPTED');
    workers.at(-1)?.postMessage({ query: '{', overrides: [] });
    expect(codeOf(await prepare(query))).toBe('PLANNING_INTERRUPTED');
  }
  const refused = prepare(query);
  expect(refused).not.toBeInstanceOf(Promise);
  expect(codeOf(await refused)).toBe('PLANNING_INTERRUPTED');
});

it('lets out of quarantine what has served its time', async () => {
  const { prepare } = await start({ timeLimitMs: 100, quarantineMs: 1 });
  expect(codeOf(await prepare(slow))).toBe('OPERATION_TOO_COMPLEX');
  await eventually(() => expect(prepare(slow)).toBeInstanceOf(Promise));
});

it('refuses beyond its queue with an error that passes', async () => {
  const { prepare } = await start({ queue: 2 });
  // The thread takes the first, so that two wait.
  const asked = ['{ a }', '{ b }', '{ c }', '{ me { name } }'].map((query) => prepare(query));
  const refused = await asked[3];
  expect(refused).toMatchObject({
    errors: [{ extensions: { code: 'PLANNING_OVERLOADED', retryable: true } }],
  });
  expect((await Promise.all(asked.slice(0, 3))).map((each) => each && codeOf(each))).toEqual([
    'prepared',
    'prepared',
    'prepared',
  ]);
  expect(codeOf(await prepare('{ me { name } }'))).toBe('prepared');
});

it('does not let an operation wait for ever, nor when it is closed', async () => {
  const impatient = await start({ waitMs: 1, timeLimitMs: 1_000 });
  const [planned, waiting] = [impatient.prepare(slow), impatient.prepare('{ a }')];
  expect(codeOf(await waiting)).toBe('PLANNING_OVERLOADED');
  expect(codeOf(await planned)).toBe('OPERATION_TOO_COMPLEX');
  await engine?.close();
  const { prepare } = await start();
  const ended = [prepare(slow), prepare('{ a }')];
  await engine?.close();
  for (const operation of ended) expect(codeOf(await operation)).toBe('PLANNING_OVERLOADED');
});

it('ends its thread when nothing was to be planned for a while, and starts one with the next operation', async () => {
  const { prepare, close } = await start({ idleMs: 100 });
  for (const query of ['{ a }', '{ b }']) {
    const ended = workers.length;
    expect(codeOf(await prepare(query))).toBe('prepared');
    await eventually(() => expect(running.size).toBe(0));
    expect(workers.length - ended).toBeLessThanOrEqual(1);
  }
  expect(workers.length).toBeGreaterThan(1);
  // What is prepared needs none.
  expect(prepare('{ a }')).not.toBeInstanceOf(Promise);
  expect(running.size).toBe(0);
  await close();
  expect(codeOf(await prepare('{ me { name } }'))).toBe('PLANNING_OVERLOADED');
  expect(logged).toEqual([]);
});

it('does not take a thread that is busy for an idle one, nor forgets the one that takes its place', async () => {
  const { prepare } = await start({ idleMs: 100, timeLimitMs: 1_500 });
  expect(codeOf(await prepare(slow))).toBe('OPERATION_TOO_COMPLEX');
  await eventually(() => expect(running.size).toBe(0));
  expect(workers.length).toBeGreaterThan(1);
});

it.each([
  ['is none', 'type Query { a: Int }', /core|link|supergraph/i],
  ['is not GraphQL', 'type {', /Syntax Error/],
])(
  'does not start with a supergraph that %s, and keeps no thread for it',
  async (_what, supergraphSdl, why) => {
    const starting = startEngine({ supergraphSdl, transports, planning: patientConfig.planning });
    await expect(starting.ready).rejects.toThrow(why);
    await eventually(() => expect(running.size).toBe(0));
    expect(workers).toHaveLength(1);
  },
);

it('does not start when it is closed before', async () => {
  const starting = startEngine({ supergraphSdl: sdl, transports, planning: patientConfig.planning });
  const refused = expect(starting.ready).rejects.toThrow('the router stops');
  await starting.close();
  await refused;
  await eventually(() => expect(running.size).toBe(0));
});

it('keeps no thread when retired, plans what still comes, and nothing once closed', async () => {
  const { prepare, retire, close } = await start();
  await prepare('{ a }');
  retire();
  expect(codeOf(await prepare('{ b }'))).toBe('prepared');
  await close();
  expect(codeOf(await prepare('{ me { name } }'))).toBe('PLANNING_OVERLOADED');
});

it('knows what was asked for most', async () => {
  const { prepare, hottest } = await start();
  for (const query of ['{ a }', '{ b }', '{ b }', '{ b }', '{ me { name } }', '{ a }']) await prepare(query);
  await prepare('{ nope }');
  expect(hottest(2)).toEqual([{ query: '{ b }' }, { query: '{ a }' }]);
});
