import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SubgraphRequest } from '@meridian/kernel/transport';
import { SubgraphUnreachable } from '@meridian/kernel/transport-failure';
import { expect, it } from 'vitest';
import type { RequestContext, Result } from './engine.ts';
import { localEngine } from './testing/local-supergraph.ts';

type Answer = (ids: string[], request: SubgraphRequest) => unknown;

const nameOf = (id: string) => ({ name: `name of ${id}`, tags: [{ text: id }] });
const names: Answer = (ids) => ({ data: { _entities: ids.map(nameOf) } });

type Options = {
  batchAcrossRequests?: boolean;
  /** What the subgraph of users waits for. */
  users?: (ids: string[]) => Promise<void>;
};

/** Users from one subgraph, their names from another. `calls` are those of the other, with the ids it was asked for. */
function world(answer: Answer = names, { batchAcrossRequests = true, users }: Options = {}) {
  const calls: { ids: string[]; request: SubgraphRequest }[] = [];
  const { engine } = localEngine(
    {
      users: {
        sdl: `type Query { users(ids: [ID!]!): [User] } type Mutation { rename: User }
          type User @key(fields: "id") { id: ID!  age: Int }`,
        resolvers: {
          Query: {
            async users(_: unknown, { ids }: { ids: string[] }) {
              await users?.(ids);
              return ids.map((id) => ({ id }));
            },
          },
          Mutation: { rename: () => ({ id: '1' }) },
        },
      },
      names: {
        sdl: 'type User @key(fields: "id") { id: ID!  name: String  tags: [Tag] } type Tag { text: String  more: String }',
        answer: (request) => {
          const ids = (request.variables as { representations: { id: string }[] }).representations.map(
            ({ id }) => id,
          );
          calls.push({ ids, request });
          return answer(ids, request);
        },
      },
    },
    { batchAcrossRequests },
  );
  const execute = (query: string, ids: string[], context: Partial<RequestContext> = {}): Promise<Result> => {
    const prepared = engine.prepare(query);
    if ('errors' in prepared || prepared.operation.kind === 'subscription') throw new Error(query);
    return prepared.operation.execute({ ids }, { headers: {}, correlationId: 'test', ...context });
  };
  const query = 'query Q($ids: [ID!]!) { users(ids: $ids) { id name tags { text } } }';
  return {
    calls,
    execute,
    ask: (ids: string[], context?: Partial<RequestContext>) => execute(query, ids, context),
  };
}

const answerFor = (...ids: string[]) => ({ data: { users: ids.map((id) => ({ id, ...nameOf(id) })) } });

it('asks once for what several requests want, and for each entity once', async () => {
  const { ask, calls } = world();
  const answers = await Promise.all([ask(['1', '2']), ask(['2', '3']), ask(['3', '2', '2'])]);
  expect(answers).toEqual([answerFor('1', '2'), answerFor('2', '3'), answerFor('3', '2', '2')]);
  expect(calls.map(({ ids }) => ids)).toEqual([['1', '2', '3']]);
});

/** Lets so many turns of the event loop pass as the first id says. */
async function turns([id]: string[]) {
  for (let turn = 0; turn < Number(id); turn++) await nextTurn();
}

it('waits another turn as long as each brings another request', async () => {
  const { ask, calls } = world(names, { users: turns });
  const ids = ['0', '1', '2', '3', '4'];
  expect(await Promise.all(ids.map((id) => ask([id])))).toEqual(ids.map((id) => answerFor(id)));
  expect(calls.map(({ ids }) => ids)).toEqual([ids]);
});

it('waits for nobody who is not there', async () => {
  const asked = Promise.withResolvers<void>();
  const users = async ([id]: string[]) => (id === 'late' ? asked.promise : undefined);
  const { ask, calls } = world(names, { users });
  const late = ask(['late']);
  expect(await Promise.all([ask(['1']), ask(['2'])])).toEqual([answerFor('1'), answerFor('2')]);
  asked.resolve();
  expect(await late).toEqual(answerFor('late'));
  expect(calls.map(({ ids }) => ids)).toEqual([['1', '2'], ['late']]);
});

it('waits no longer than a few turns, whoever else may come', async () => {
  const { ask, calls } = world(names, { users: turns });
  await Promise.all(Array.from({ length: 30 }, (_, n) => ask([`${n}`])));
  for (const { ids } of calls) expect(ids.length).toBeLessThan(15);
  expect(calls.length).toBeLessThan(10);
});

it('asks for each request on its own when that is switched off', async () => {
  const { ask, calls } = world(names, { batchAcrossRequests: false });
  await Promise.all([ask(['1']), ask(['1'])]);
  expect(calls).toHaveLength(2);
});

it('holds nobody up who is alone', async () => {
  const { ask, calls } = world();
  const answer = ask(['1']);
  let answered = false;
  void answer.then(() => {
    answered = true;
  });
  await nextTurn();
  expect(calls).toHaveLength(1);
  expect(answered).toBe(true);
});

it('never asks for two viewers together, nor under headers that only one of them sent', async () => {
  const { ask, calls } = world();
  const scopes = [{}, { 'x-meridian-viewer': 'ada' }, { 'x-meridian-viewer': 'bob' }, { locale: 'de' }];
  await Promise.all(
    scopes.flatMap((headers, n) => [ask([`${n}`], { headers }), ask([`${n}`, 'shared'], { headers })]),
  );
  expect(calls.map(({ ids, request: { headers } }) => ({ ids, headers }))).toEqual(
    scopes.map((headers, n) => ({ ids: [`${n}`, 'shared'], headers })),
  );
});

it('goes by the correlation id of the first and the latest deadline', async () => {
  const { ask, calls } = world();
  const deadline = Date.now() + 60_000;
  const context = (id: string, later: number) => ({
    headers: { 'x-correlation-id': id },
    deadline: deadline + later,
  });
  await Promise.all([ask(['1'], context('one', 0)), ask(['2'], context('two', 10))]);
  expect(calls.map(({ request: { headers, deadline } }) => ({ headers, deadline }))).toEqual([
    { headers: { 'x-correlation-id': 'one' }, deadline: deadline + 10 },
  ]);
});

it('tells an error about an entity to those who want it, where they have it, and any other to all', async () => {
  const { ask } = world((ids) => ({
    data: { _entities: ids.map((id) => (id === '2' ? null : nameOf(id))) },
    errors: [
      { message: 'gone', path: ['_entities', ids.indexOf('2')] },
      { message: 'slow', path: ['_entities', ids.indexOf('3'), 'tags', 0, 'text'] },
      { message: 'odd' },
    ],
  }));
  const [one, two, three] = await Promise.all([ask(['1']), ask(['1', '2']), ask(['3', '2'])]);
  const told = (result: Result | undefined) => result?.errors?.map(({ message, path }) => [message, path]);
  expect(told(one)).toEqual([['odd', ['users', 0]]]);
  expect(told(two)).toEqual([
    ['gone', ['users', 1]],
    ['odd', ['users']],
  ]);
  expect(told(three)).toEqual([
    ['gone', ['users', 1]],
    ['slow', ['users', 0, 'tags', 0, 'text']],
    ['odd', ['users']],
  ]);
  expect(two?.data).toEqual({
    users: [
      { id: '1', ...nameOf('1') },
      { id: '2', name: null, tags: null },
    ],
  });
});

it('asks again for each alone when a joint answer is useless, so that nobody pays for what another wants', async () => {
  const { ask, calls } = world((ids) =>
    ids.includes('bad') ? { errors: [{ message: 'no such id' }] } : names(ids, undefined as never),
  );
  const [good, bad] = await Promise.all([ask(['1']), ask(['bad'])]);
  expect(good).toEqual(answerFor('1'));
  expect(bad).toMatchObject({ data: { users: [{ name: null }] }, errors: [{ message: 'no such id' }] });
  expect(calls.map(({ ids }) => ids)).toEqual([['1', 'bad'], ['1'], ['bad']]);
});

it('does not ask again when the subgraph is not there', async () => {
  const { ask, calls } = world(() => {
    throw new SubgraphUnreachable('nobody is there', 'unsent');
  });
  for (const { errors } of await Promise.all([ask(['1']), ask(['2'])]))
    expect(errors).toMatchObject([{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' }, path: ['users', 0] }]);
  expect(calls).toHaveLength(1);
});

it('sends what is enough for one call, and asks for the rest in another', async () => {
  const { ask, calls } = world();
  const ids = (from: number) => Array.from({ length: 600 }, (_, n) => `${from + n}`);
  await Promise.all([ask(ids(0)), ask(ids(600)), ask(ids(1_200))]);
  expect(calls.map(({ ids: { length } }) => length)).toEqual([1_200, 600]);
});

it('joins no call that is on its way, so that who asks after a mutation sees its effect', async () => {
  const sent = Promise.withResolvers<void>();
  const late = Promise.withResolvers<void>();
  let name = 'old';
  const { ask, calls, execute } = world(async (ids) => {
    const _entities = ids.map(() => ({ name, tags: [] }));
    if (calls.length === 1) {
      sent.resolve();
      await late.promise;
    }
    return { data: { _entities } };
  });
  const before = [ask(['1']), ask(['1'])];
  await sent.promise;
  name = 'new';
  expect(await execute('mutation { rename { name } }', [])).toEqual({ data: { rename: { name: 'new' } } });
  expect(await ask(['1'])).toMatchObject({ data: { users: [{ name: 'new' }] } });
  late.resolve();
  for (const answer of await Promise.all(before))
    expect(answer).toMatchObject({ data: { users: [{ name: 'old' }] } });
});

it('answers at once who hangs up, and aborts the call when all have', async () => {
  const sent = Promise.withResolvers<AbortSignal | undefined>();
  const { ask } = world((_ids, { signal }) => {
    sent.resolve(signal);
    return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
  });
  const [one, other] = [new AbortController(), new AbortController()];
  const answers = [ask(['1'], { signal: one.signal }), ask(['2'], { signal: other.signal })] as const;
  const signal = await sent.promise;
  one.abort(new Error('hung up'));
  expect((await answers[0]).errors).toMatchObject([{ message: expect.stringContaining('hung up') }]);
  expect(signal?.aborted).toBe(false);
  other.abort(new Error('hung up'));
  expect(signal?.aborted).toBe(true);
  await answers[1];
});

it('gives each request objects of its own, into which later fetches write', async () => {
  const asked: string[] = [];
  const both = Promise.withResolvers<void>();
  const { engine, calls } = localEngine({
    users: {
      sdl: 'type Query { user: User } type User @key(fields: "id") { id: ID! }',
      resolvers: { Query: { user: () => ({ id: '1' }) } },
    },
    bosses: {
      sdl: 'type User @key(fields: "id") { id: ID!  boss: User }',
      resolvers: { User: { __resolveReference: (ref: object) => ref, boss: () => ({ id: '2' }) } },
    },
    pay: {
      sdl: 'type User @key(fields: "id") { id: ID!  pay(in: String): String }',
      resolvers: {
        User: {
          __resolveReference: (ref: object) => ref,
          pay: async ({ id }: { id: string }, given: { in: string }) => {
            if (asked.push(given.in) === 2) both.resolve();
            await both.promise;
            return `${given.in} ${id}`;
          },
        },
      },
    },
  });
  const prepared = engine.prepare('query Q($in: String) { user { boss { pay(in: $in) } } }');
  if ('errors' in prepared || prepared.operation.kind === 'subscription') throw new Error('not a query');
  const { operation } = prepared;
  const ask = (currency: string) =>
    operation.execute({ in: currency }, { headers: {}, correlationId: currency });
  const answers = await Promise.all(['EUR', 'USD'].map(ask));
  expect(answers).toEqual(['EUR 2', 'USD 2'].map((pay) => ({ data: { user: { boss: { pay } } } })));
  expect(calls.map(({ subgraph }) => subgraph)).toEqual(['users', 'users', 'bosses', 'pay', 'pay']);
});
