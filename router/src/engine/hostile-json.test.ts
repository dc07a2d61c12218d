import { describe, expect, it } from 'vitest';
import type { PreparedQuery, Result } from './engine.ts';
import { context, type LocalSubgraph, localEngine } from './testing/local-supergraph.ts';
import { textOf } from './testing/text-of.ts';

/** Parsed without recursion, and too deep for anything that recurs. */
const deep = (): unknown => JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));

/** Users from one subgraph, what is known of them from another that answers as a test says. */
function world(answer: LocalSubgraph['answer'], users: readonly string[] = ['1', '2']) {
  const { engine } = localEngine({
    users: {
      sdl: 'type Query { users: [User] } type User @key(fields: "id") { id: ID! }',
      answer: () => ({ data: { users: users.map((id) => ({ __typename: 'User', id })) } }),
    },
    names: {
      sdl: `type User @key(fields: "id") { id: ID!  name: String  strict: String!  pet: Pet }
        interface Pet { name: String } type Cat implements Pet { name: String }`,
      ...(answer && { answer }),
    },
  });
  /** As an object, and as the bytes that doors send. */
  return async (query: string): Promise<Result[]> => {
    const prepared = engine.prepare(query);
    if ('errors' in prepared || prepared.operation.kind === 'subscription') throw new Error(query);
    const { execute, executeText }: PreparedQuery = prepared.operation;
    const text = await executeText({}, context);
    return [await execute({}, context), JSON.parse(textOf(text))];
  };
}

const entities = (...list: unknown[]) => ({ data: { _entities: list } });

describe('a subgraph that sends', () => {
  it('what is nested without end holds up nobody who asked together', async () => {
    const ask = world(() => entities({ name: 'one', unasked: deep() }, { name: 'two' }));
    const right = { data: { users: [{ name: 'one' }, { name: 'two' }] } };
    const answers = await Promise.all([ask('{ users { name } }'), ask('{ users { name } }')]);
    expect(answers.flat()).toEqual([right, right, right, right]);
  });

  it('what is nested without end for an entity that occurs twice costs its own fields', async () => {
    const ask = world(() => entities({ name: 'one', unasked: deep() }), ['1', '1']);
    for (const { data, errors } of await ask('{ users { id pet { name } } }')) {
      expect(data).toEqual({ users: ['1', '1'].map((id) => ({ id, pet: null })) });
      expect(errors).toMatchObject([
        { extensions: { code: 'SUBGRAPH_MALFORMED_RESPONSE', subgraph: 'names' } },
      ]);
    }
  });

  it('extensions of an error nested without end loses them, not the answer', async () => {
    const ask = world(() => ({
      ...entities(null, { name: 'two' }),
      errors: [{ message: 'no', path: ['_entities', 0], extensions: { code: 'GONE', deep: deep() } }],
    }));
    for (const { data, errors } of await ask('{ users { name } }')) {
      expect(data).toEqual({ users: [{ name: null }, { name: 'two' }] });
      expect(errors).toMatchObject([{ message: 'no', path: ['users', 0] }]);
      expect(errors?.[0]?.extensions).not.toHaveProperty('deep');
    }
  });

  it.each([
    ['an object that cannot become text', { toString: 1, valueOf: 1 }],
    ['a list of the right name', ['Cat']],
    ['a number', 7],
  ])('%s as a name of a type loses that object', async (_, __typename) => {
    const ask = world(() =>
      entities({ pet: { __typename, name: 'x' } }, { pet: { __typename: 'Cat', name: null } }),
    );
    for (const { data, errors } of await ask('{ users { id pet { name } } }')) {
      expect(data).toEqual({
        users: [
          { id: '1', pet: null },
          { id: '2', pet: { name: null } },
        ],
      });
      expect(errors).toMatchObject([{ path: ['users', 0, 'pet'] }]);
    }
  });

  it('a key nested without end loses what is known by that key alone', async () => {
    const { run } = localEngine({
      users: {
        sdl: 'type Query { users: [User] } type User @key(fields: "id") { id: ID!  age: Int }',
        answer: () => ({
          data: {
            users: [
              { __typename: 'User', id: deep(), age: 1 },
              { __typename: 'User', id: '2', age: 2 },
            ],
          },
        }),
      },
      names: {
        sdl: 'type User @key(fields: "id") { id: ID!  name: String }',
        answer: () => entities({ name: 'two' }),
      },
    });
    expect(await run('{ users { age name } }')).toEqual({
      data: {
        users: [
          { age: 1, name: null },
          { age: 2, name: 'two' },
        ],
      },
      errors: [
        {
          message: 'Subgraph "users" gave what is nested too deep for "id", which this field needs',
          path: ['users', 0, 'name'],
          extensions: { code: 'SUBGRAPH_MALFORMED_RESPONSE', retryable: false, subgraph: 'users' },
        },
      ],
    });
  });

  it.each(['data', 'list', 'other { data }'])('%s nested without end loses that field', async (field) => {
    const { engine } = localEngine({
      a: {
        sdl: 'type Query { ok: Int  data: JSON  list: [[Int]]  other: Other } scalar JSON type Other { data: JSON }',
        answer: () => ({ data: { ok: 1, data: deep(), list: deep(), other: { data: deep() } } }),
      },
    });
    const prepared = engine.prepare(`{ ok ${field} }`);
    if ('errors' in prepared || prepared.operation.kind === 'subscription') throw new Error(field);
    const { execute, executeText } = prepared.operation;
    for (const { data, errors } of [await execute({}, context), (await executeText({}, context)) as Result]) {
      expect(data).toEqual({
        ok: 1,
        ...(field === 'data' && { data: null }),
        ...(field === 'list' && { list: [[null]] }),
        ...(field.includes('other') && { other: { data: null } }),
      });
      expect(errors).toMatchObject([{ extensions: { code: 'SUBGRAPH_MALFORMED_RESPONSE', subgraph: 'a' } }]);
    }
  });

  it('a path as long as a book still has its error told', async () => {
    const path = ['_entities', 0, 'strict', ...new Array(50_000).fill(1)];
    const ask = world(() => ({
      ...entities({ strict: null }, { strict: 'x' }),
      errors: [{ message: 'no', path }],
    }));
    for (const { data, errors } of await ask('{ users { strict } }')) {
      expect(data).toEqual({ users: [null, { strict: 'x' }] });
      expect(errors?.map(({ message }) => message)).toEqual(['no']);
    }
  });

  it('as many errors as there is room for, each about an entity in a thousand places', async () => {
    const errors = Array.from({ length: 5_000 }, (_, n) => ({ message: `${n}`, path: ['_entities', 0] }));
    const ask = world(() => ({ ...entities(null), errors }), new Array(1_000).fill('1'));
    const [result] = await ask('{ users { name } }');
    expect(result?.errors).toHaveLength(100_000);
    expect(result?.data?.['users']).toHaveLength(1_000);
  });

  it('an error about an entity that is in more places than a call has arguments', async () => {
    const users = new Array(150_000).fill('1');
    const ask = world(
      () => ({ ...entities(null), errors: [{ message: 'no', path: ['_entities', 0] }] }),
      users,
    );
    const [result] = await ask('{ users { name } }');
    expect(result?.errors).toHaveLength(users.length);
    expect(result?.data?.['users']).toHaveLength(users.length);
  });
});

it.each([
  ['lists', 'query ($v: JSON) { any(v: $v) }', '['.repeat(100_000) + ']'.repeat(100_000)],
  [
    'input objects',
    'query ($v: Nested) { nested(v: $v) }',
    `${'{"in":'.repeat(50_000)}{}${'}'.repeat(50_000)}`,
  ],
])('a client that sends variables of %s without end is told so', async (_, query, v) => {
  const { engine } = localEngine(
    {
      a: {
        sdl: 'type Query { any(v: JSON): Int  nested(v: Nested): Int } scalar JSON input Nested { in: Nested }',
        resolvers: { Query: { any: () => 1, nested: () => 1 } },
      },
    },
    { shareInFlight: true },
  );
  const prepared = engine.prepare(query);
  if ('errors' in prepared || prepared.operation.kind === 'subscription') throw new Error(query);
  const { execute, executeText } = prepared.operation;
  const refused = { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] };
  expect(await execute({ v: JSON.parse(v) }, context)).toMatchObject(refused);
  expect(await executeText({ v: JSON.parse(v) }, context)).toMatchObject(refused);
  expect(await execute({ v: { in: { in: null } } }, context)).toEqual({
    data: { [query.includes('any') ? 'any' : 'nested']: 1 },
  });
});
