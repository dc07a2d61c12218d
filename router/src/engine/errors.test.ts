import { describe, expect, it } from 'vitest';
import { context, type LocalSubgraph, localEngine } from './testing/local-supergraph.ts';

/** Users from one subgraph, their names and friends from another that answers as a test says. */
const withNames = (answer: LocalSubgraph['answer']): Record<string, LocalSubgraph> => ({
  users: {
    sdl: `type Query { users: [User]  strict: [User!]!  one: User }
      type User @key(fields: "id") { id: ID!  age: Int }`,
    resolvers: {
      Query: {
        users: () => [{ id: '1' }, null, { id: '2' }, { id: '1' }],
        strict: () => [{ id: '1' }, { id: '2' }],
        one: () => ({ id: '1' }),
      },
    },
  },
  names: {
    sdl: 'type User @key(fields: "id") { id: ID!  name: String!  nick: String  friends: [User!] }',
    ...(answer && { answer }),
  },
});

const names = { subgraph: 'names', retryable: false };

describe('a value that does not fit the schema', () => {
  it.each([
    ['null', { name: null }, '{ one { id name } }', ['one', 'name'], 'INTERNAL_SERVER_ERROR'],
    ['nothing', {}, '{ one { id name } }', ['one', 'name'], 'INTERNAL_SERVER_ERROR'],
    ['a wrong type', { nick: 1 }, '{ one { age n: nick } }', ['one', 'n'], 'SUBGRAPH_MALFORMED_RESPONSE'],
    [
      'no list',
      { friends: 1 },
      '{ one { friends { id } } }',
      ['one', 'friends'],
      'SUBGRAPH_MALFORMED_RESPONSE',
    ],
    [
      'null in a list',
      { friends: [{ id: '1' }, null] },
      '{ one { friends { id } } }',
      ['one', 'friends', 1],
      'INTERNAL_SERVER_ERROR',
    ],
  ] as const)('names the subgraph that gave %s', async (_, entity, query, path, code) => {
    const { run } = localEngine(
      withNames(() => ({
        data: { _entities: [{ ...entity, ...('nick' in entity && { n: entity.nick }) }] },
      })),
    );
    const { errors } = await run(query);
    expect(errors).toMatchObject([{ path, extensions: { code, ...names } }]);
  });

  it('names the subgraph that was asked for the type that the object is of', async () => {
    const { run } = localEngine({
      some: {
        sdl: `type Query { some: [Some] } union Some = A | B
          type A @key(fields: "id") { id: ID! } type B @key(fields: "id") { id: ID!  x: Int }`,
        answer: () => ({
          data: {
            some: [
              { __typename: 'A', id: '1' },
              { __typename: 'B', id: '2', x: 'two' },
            ],
          },
        }),
      },
      ofA: {
        sdl: 'type A @key(fields: "id") { id: ID!  x: Int }',
        answer: () => ({ data: { _entities: [{ x: 'one' }] } }),
      },
    });
    const { errors } = await run('{ some { ... on A { x } ... on B { x } } }');
    expect(errors?.map(({ message, path, extensions }) => [message, path, extensions?.['subgraph']])).toEqual(
      [
        ['Subgraph "ofA" gave a value that is no Int for A.x.', ['some', 0, 'x'], 'ofA'],
        ['Subgraph "some" gave a value that is no Int for B.x.', ['some', 1, 'x'], 'some'],
      ],
    );
  });
});

describe('an error of a subgraph', () => {
  it('about an entity is put wherever that entity is, and keeps its code', async () => {
    const { run } = localEngine(
      withNames(() => ({
        data: { _entities: [null, { name: 'two', nick: null }] },
        errors: [
          { message: 'gone', path: ['_entities', 0, 'name'], extensions: { code: 'GONE', retry: true } },
          { message: 'no nick', path: ['_entities', 1, 'nick'] },
        ],
      })),
    );
    expect(await run('{ users { id name nick } }')).toEqual({
      data: { users: [null, null, { id: '2', name: 'two', nick: null }, null] },
      errors: [
        { message: 'gone', path: ['users', 0, 'name'], extensions: { code: 'GONE', retry: true, ...names } },
        { message: 'gone', path: ['users', 3, 'name'], extensions: { code: 'GONE', retry: true, ...names } },
        {
          message: 'no nick',
          path: ['users', 2, 'nick'],
          extensions: { code: 'INTERNAL_SERVER_ERROR', ...names },
        },
      ],
    });
  });

  it('below an entity keeps the path within', async () => {
    const { run } = localEngine(
      withNames(() => ({
        data: { _entities: [{ friends: null }] },
        errors: [{ message: 'no', path: ['_entities', 0, 'friends', 2, 'id'] }],
      })),
    );
    expect(await run('{ one { friends { id } } }')).toMatchObject({
      data: { one: { friends: null } },
      errors: [{ path: ['one', 'friends', 2, 'id'] }],
    });
  });

  it.each([
    ['no path', undefined],
    ['an index that was not asked for', ['_entities', 7]],
    ['a path that is none', ['_entities', { a: 1 }]],
    ['another path', ['users', 0]],
  ])('with %s is put where all that it may be about is', async (_, path) => {
    const answer = () => ({ data: null, errors: [{ message: 'no', path }] });
    const { run } = localEngine(withNames(answer));
    const extensions = { code: 'INTERNAL_SERVER_ERROR', ...names };
    expect(await run('{ users { nick } }')).toEqual({
      data: { users: [{ nick: null }, null, { nick: null }, { nick: null }] },
      errors: [{ message: 'no', path: ['users'], extensions }],
    });
    expect(await run('{ one { nick } }')).toEqual({
      data: { one: { nick: null } },
      errors: [{ message: 'no', path: ['one'], extensions }],
    });
    expect(await run('{ strict { name } }')).toEqual({
      data: null,
      errors: [{ message: 'no', path: ['strict'], extensions }],
    });
  });

  it('about several root fields has no path, about one that field’s', async () => {
    const down: LocalSubgraph = { sdl: 'type Query { a: Int  b: Int }', answer: () => ({ errors: [{}] }) };
    const { run } = localEngine({ down, up: { sdl: 'type Query { c: Int }' } });
    const [message, extensions] = [
      'Subgraph "down" reported an error',
      { code: 'INTERNAL_SERVER_ERROR', subgraph: 'down', retryable: false },
    ];
    expect(await run('{ a b c }')).toEqual({
      data: { a: null, b: null, c: null },
      errors: [{ message, extensions }],
    });
    expect(await run('{ x: b c }')).toEqual({
      data: { x: null, c: null },
      errors: [{ message, path: ['x'], extensions }],
    });
  });

  it('passes through formatError with the context of the request', async () => {
    const { run } = localEngine(
      withNames(() => {
        throw new Error('password is 1234');
      }),
      {
        formatError: ({ path }, request) => ({
          message: `see ${request?.correlationId}`,
          ...(path && { path }),
        }),
      },
    );
    expect((await run('{ one { nick } }')).errors).toEqual([{ message: 'see test', path: ['one'] }]);
  });

  it('is not needed for a null entity: where its fields may not be null, that is one', async () => {
    const { run } = localEngine(withNames(() => ({ data: { _entities: [null] } })));
    expect(await run('{ one { id name } }')).toMatchObject({
      data: { one: null },
      errors: [{ message: 'Cannot return null for non-nullable field User.name.', path: ['one', 'name'] }],
    });
  });
});

describe('an answer that is no answer', () => {
  const answers: [string, LocalSubgraph['answer']][] = [
    [
      'a rejection',
      () => {
        throw new Error('closed');
      },
    ],
    ['nothing', () => undefined],
    ['null', () => null],
    ['text', () => 'Bad gateway'],
    ['a list', () => []],
    ['an empty object', () => ({})],
    ['data that is text', () => ({ data: 'x' })],
    ['data that is a list', () => ({ data: [] })],
    ['errors that are no list', () => ({ data: null, errors: 'x' })],
    ['no entities', () => ({ data: {} })],
    ['entities that are no list', () => ({ data: { _entities: { 0: {} } } })],
    ['too few entities', () => ({ data: { _entities: [] } })],
    ['too many entities', () => ({ data: { _entities: [{ nick: 'a' }, { nick: 'b' }] } })],
  ];

  it.each(answers)('%s costs its own fields and is one error', async (_, answer) => {
    const { run } = localEngine(withNames(answer));
    const { data, errors } = await run('{ one { id nick } }');
    expect(data).toEqual({ one: { id: '1', nick: null } });
    expect(errors).toHaveLength(1);
    expect(errors).toMatchObject([{ path: ['one'], extensions: { subgraph: 'names' } }]);
    expect(errors?.[0]?.extensions?.['code']).toMatch(/^SUBGRAPH_(UNAVAILABLE|MALFORMED_RESPONSE)$/);
  });

  it.each([
    ['a number', 3],
    ['text', 'x'],
    ['a list', []],
    ['true', true],
  ])('%s as an entity leaves its fields null', async (_, entity) => {
    const { run } = localEngine(withNames(() => ({ data: { _entities: [entity] } })));
    expect((await run('{ one { id nick } }')).data).toEqual({ one: { id: '1', nick: null } });
  });

  it('keeps the code of a transport that has one', async () => {
    const refused = Object.assign(new Error('later'), { extensions: { code: 'RATE_LIMITED' } });
    const { run } = localEngine(
      withNames(() => {
        throw refused;
      }),
    );
    expect((await run('{ one { nick } }')).errors).toEqual([
      { message: 'later', path: ['one'], extensions: { ...names, code: 'RATE_LIMITED', retryable: true } },
    ]);
  });

  it('of a subgraph that the router was given no way to reach is an error, too', async () => {
    const { run } = localEngine(withNames(undefined), { transports: {} });
    expect(await run('{ one { id } }')).toMatchObject({ data: { one: null }, errors: [{ path: ['one'] }] });
  });
});

it('an aborted request asks nobody any more', async () => {
  const controller = new AbortController();
  const { engine, calls } = localEngine({
    ...withNames(undefined),
    users: {
      ...withNames(undefined)['users']!,
      answer: () => {
        controller.abort(new Error('hung up'));
        return { data: { one: { __typename: 'User', id: '1' } } };
      },
    },
  });
  const prepared = engine.prepare('{ one { id nick } }');
  if ('errors' in prepared || prepared.operation.kind === 'subscription') throw new Error('not a query');
  const result = await prepared.operation.execute({}, { ...context, signal: controller.signal });
  expect(result).toMatchObject({ data: { one: { id: '1', nick: null } }, errors: [{ path: ['one'] }] });
  expect(calls.map(({ subgraph }) => subgraph)).toEqual(['users']);
});
