import { getIntrospectionQuery, graphqlSync } from 'graphql';
import { describe, expect, it } from 'vitest';
import { execute, localEngine } from './testing/local-supergraph.ts';

const given = { __resolveReference: (ref: object) => ref };

function shop() {
  const log: string[] = [];
  const items = [
    { id: '1', name: 'Lamp' },
    { id: '2', name: 'Chair' },
  ];
  const local = localEngine({
    items: {
      sdl: `type Query { items(first: Int = 10, ids: [ID!]): [Item]  item(id: ID!): Item  secret: Int @inaccessible }
        type Mutation { add(name: String!): Item  drop(id: ID!): Boolean! }
        "Something for sale." type Item @key(fields: "id") { id: ID!  name: String }`,
      resolvers: {
        Query: {
          items: (_: unknown, { first, ids }: { first: number; ids?: string[] }) =>
            items.filter(({ id }) => !ids || ids.includes(id)).slice(0, first),
          item: (_: unknown, { id }: { id: string }) => items.find((item) => item.id === id),
        },
        Mutation: {
          add: async (_: unknown, { name }: { name: string }) => {
            log.push(`add ${name}`);
            return { id: name, name };
          },
          drop: (_: unknown, { id }: { id: string }) => {
            if (id === 'x') throw new Error('no such item');
            return log.push(`drop ${id}`) > 0;
          },
        },
      },
    },
    stock: {
      sdl: `type Query { total: Int }
        type Mutation { restock(by: Int!): Int }
        type Item @key(fields: "id") { id: ID!  count(at: String, min: Int): Int }`,
      resolvers: {
        Query: { total: () => 7 },
        Mutation: {
          restock: async (_: unknown, { by }: { by: number }) => log.push(`restock ${by}`),
        },
        Item: {
          ...given,
          count: ({ id }: { id: string }, { min }: { min?: number }) => {
            log.push(`count ${id}`);
            return Number(id) + (min ?? 0);
          },
        },
      },
    },
  });
  return { ...local, log };
}

describe('mutations', () => {
  it('run one after the other, over all subgraphs, entities of each included', async () => {
    const { run, log } = shop();
    expect(
      await run(
        'mutation { a: add(name: "1") { count } restock(by: 2) b: add(name: "2") { name } drop(id: 3) }',
      ),
    ).toEqual({
      data: { a: { count: 1 }, restock: 3, b: { name: '2' }, drop: true },
    });
    expect(log).toEqual(['add 1', 'count 1', 'restock 2', 'add 2', 'drop 3']);
  });

  it('of fragments run in their turn', async () => {
    const { run, log } = shop();
    await run(
      'mutation { a: add(name: "1") { id } ...F } fragment F on Mutation { b: add(name: "2") { id } }',
    );
    expect(log).toEqual(['add 1', 'add 2']);
  });

  it('that fail do not hold up the others', async () => {
    const { run } = shop();
    const { data, errors } = await run('mutation { drop(id: "x") restock(by: 1) }');
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ message: 'no such item', path: ['drop'] }]);
  });
});

describe('variables', () => {
  it('reach the fetches that use them, with defaults, and no others', async () => {
    const { run, calls } = shop();
    const query =
      'query ($first: Int! = 1, $min: Int, $at: String) { items(first: $first) { count(min: $min, at: $at) } }';
    expect(await run(query, { min: 5, other: 1 })).toEqual({ data: { items: [{ count: 6 }] } });
    expect(calls[0]?.variables).toEqual({ first: 1 });
    expect(calls[1]?.variables).toEqual({ min: 5, representations: [{ __typename: 'Item', id: '1' }] });
    await run(query, { min: null });
    expect(calls[3]?.variables).toMatchObject({ min: null });
  });

  it('are coerced: an ID may come as a number, a list as its only item', async () => {
    const { run, calls } = shop();
    expect(await run('query ($ids: [ID!]) { items(ids: $ids) { name } }', { ids: 2 })).toEqual({
      data: { items: [{ name: 'Chair' }] },
    });
    expect(calls[0]?.variables).toEqual({ ids: ['2'] });
  });

  it('that do not fit are refused before anybody is asked', async () => {
    const { run, calls } = shop();
    for (const variables of [undefined, {}, { id: null }, { id: {} }, { id: ['1', '2'] }]) {
      const { data, errors } = await run('query ($id: ID!) { item(id: $id) { id } }', variables);
      expect(data).toBeUndefined();
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    }
    expect(calls).toEqual([]);
  });

  it('may have the names that fetches give to theirs', async () => {
    const { run } = shop();
    const query =
      'query ($representations: Int, $client_representations: String) { items { count(min: $representations, at: $client_representations) } }';
    expect(await run(query, { representations: 10, client_representations: 'x' })).toEqual({
      data: { items: [{ count: 11 }, { count: 12 }] },
    });
  });

  it('named like what objects inherit are ordinary, but for __proto__', async () => {
    const { run } = shop();
    expect(
      await run('query ($constructor: ID!) { item(id: $constructor) { id } }', { constructor: '1' }),
    ).toEqual({
      data: { item: { id: '1' } },
    });
    expect((await run('query ($toString: ID!) { item(id: $toString) { id } }', {})).errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    expect((await run('query ($__proto__: ID!) { item(id: $__proto__) { id } }')).errors).toMatchObject([
      { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
    ]);
  });
});

describe('@skip and @include', () => {
  const query = `query ($a: Boolean!, $b: Boolean!) {
    items(first: 1) { name @include(if: $a) count @skip(if: $b) id name ...F @include(if: $b) }
    total @include(if: $a) @skip(if: $b)
  } fragment F on Item { again: count(min: 1) @include(if: $a) }`;

  // The last number is that of fetches.
  it.each([
    [true, true, { items: [{ name: 'Lamp', id: '1', again: 2 }] }, 2],
    [true, false, { items: [{ name: 'Lamp', count: 1, id: '1' }], total: 7 }, 3],
    [false, true, { items: [{ id: '1', name: 'Lamp' }] }, 1],
    [false, false, { items: [{ count: 1, id: '1', name: 'Lamp' }] }, 2],
  ])('with %s and %s fetch and order what is selected', async (a, b, expected, fetches) => {
    const { run, calls } = shop();
    expect(JSON.stringify((await run(query, { a, b })).data)).toBe(JSON.stringify(expected));
    expect(calls).toHaveLength(fetches);
  });

  it('that leave nothing of an object leave an empty object', async () => {
    const { run } = shop();
    const empty = 'query ($v: Boolean!) { items @include(if: $v) { id @skip(if: $v) } }';
    expect(await run(empty, { v: true })).toEqual({ data: { items: [{}, {}] } });
    expect(await run(empty, { v: false })).toEqual({ data: {} });
    expect(await run('{ items(first: 1) { id @skip(if: true) } }')).toEqual({ data: { items: [{}] } });
  });

  it('do not take null, which a default lets through validation', async () => {
    const { run } = shop();
    const nullable = 'query ($v: Boolean = true) { items(first: 1) { id @include(if: $v) } }';
    expect(await run(nullable)).toEqual({ data: { items: [{ id: '1' }] } });
    expect((await run(nullable, { v: null })).errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });
});

describe('introspection', () => {
  it('answers as graphql-js does on the API schema, without asking a subgraph', async () => {
    const { engine, run, calls } = shop();
    const expected = graphqlSync({ schema: engine.schema, source: getIntrospectionQuery() });
    expect(JSON.stringify(await run(getIntrospectionQuery()))).toBe(JSON.stringify(expected));
    expect(JSON.stringify(expected)).not.toContain('secret');
    expect(calls).toEqual([]);
  });

  it('mixes with data, variables, aliases, conditions and fragments', async () => {
    const { run } = shop();
    const query = `query ($name: String!, $no: Boolean!) {
        total a: __type(name: $name) { ...T } b: __type(name: "Nope") { name } __typename
        __schema @skip(if: $no) { queryType { name } } c: __schema @include(if: $no) { description } ...R }
      query Other { total }
      fragment T on __Type { name description fields { name @include(if: $no) } }
      fragment R on Query { __schema { queryType { kind } } }`;
    expect(await run(query, { name: 'Item', no: false }, undefined)).toMatchObject({
      errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
    });
    const named = query.replace('query (', 'query Main(');
    const { data } = await run(named, { name: 'Item', no: false }, 'Main');
    expect(data).toEqual({
      total: 7,
      a: { name: 'Item', description: 'Something for sale.', fields: [{}, {}, {}] },
      b: null,
      __typename: 'Query',
      __schema: { queryType: { name: 'Query', kind: 'OBJECT' } },
    });
  });

  it('can be switched off, all but __typename', async () => {
    const { run } = localEngine(
      { a: { sdl: 'type Query { a: Int }', resolvers: { Query: { a: () => 1 } } } },
      { introspection: false },
    );
    for (const query of ['{ __schema { queryType { name } } }', '{ a __type(name: "Query") { name } }'])
      expect((await run(query)).errors?.[0]).toMatchObject({
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      });
    expect(await run('{ a __typename t: __typename }')).toEqual({
      data: { a: 1, __typename: 'Query', t: 'Query' },
    });
  });
});

describe('what is refused', () => {
  it.each([
    ['{ items', 'GRAPHQL_PARSE_FAILED'],
    ['', 'GRAPHQL_PARSE_FAILED'],
    ['{ nope }', 'GRAPHQL_VALIDATION_FAILED'],
    ['{ secret }', 'GRAPHQL_VALIDATION_FAILED'],
    ['{ _entities(representations: []) { __typename } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['{ _service { sdl } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['{ items { id ... @defer { name } } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['subscription { anything }', 'GRAPHQL_VALIDATION_FAILED'],
    ['fragment F on Item { id }', 'GRAPHQL_VALIDATION_FAILED'],
    ['query A { total } query B { total }', 'OPERATION_RESOLUTION_FAILURE'],
  ])('%s is %s', (query, code) => {
    const prepared = shop().engine.prepare(query);
    expect(prepared).toMatchObject({ errors: [{ extensions: { code } }] });
  });

  it('is an operation that the document does not have', () => {
    const { engine } = shop();
    const code = 'OPERATION_RESOLUTION_FAILURE';
    expect(engine.prepare('query A { total }', 'B')).toMatchObject({ errors: [{ extensions: { code } }] });
  });
});

describe('what is prepared', () => {
  it('is kept by text and name, refusals too', () => {
    const { engine } = shop();
    const document = 'query A { total } query B { t: total }';
    const cacheFor = (query: string, name?: string) => engine.prepare(query, name).cache;
    expect([cacheFor(document, 'A'), cacheFor(document, 'A')]).toEqual(['miss', 'hit']);
    expect(cacheFor(document, 'B')).toBe('miss');
    expect([cacheFor('{ nope }'), cacheFor('{ nope }')]).toEqual(['miss', 'hit']);
  });

  it('makes room for newer ones, but not for refused ones', () => {
    const { engine } = localEngine({ a: { sdl: 'type Query { a: Int }' } }, { cacheSize: 2 });
    engine.prepare('{ a }');
    for (const name of ['x', 'y', 'z']) engine.prepare(`{ ${name} }`);
    expect(engine.prepare('{ a }').cache).toBe('hit');
    for (const name of ['x', 'y', 'z']) engine.prepare(`{ ${name}: a }`);
    expect(engine.prepare('{ a }').cache).toBe('miss');
  });

  it('answers many at once, each with its own variables', async () => {
    const { engine } = shop();
    const query = 'query ($id: ID!) { item(id: $id) { id count } }';
    const results = await Promise.all(['1', '2', '1'].map((id) => execute(engine, query, { id })));
    expect(results.map(({ data }) => data?.['item'])).toEqual([
      { id: '1', count: 1 },
      { id: '2', count: 2 },
      { id: '1', count: 1 },
    ]);
  });

  it('forwards the headers of the request', async () => {
    const { run, calls } = shop();
    await run('{ items { count } }');
    expect(calls.map(({ headers }) => headers)).toEqual([{ 'x-viewer': 'me' }, { 'x-viewer': 'me' }]);
  });
});

it('aliases keep several answers of one field apart, in every subgraph', async () => {
  const { run } = shop();
  expect(
    await run('{ a: items(first: 1) { x: id id y: count z: count(min: 3) } b: items(ids: 2) { id: name } }'),
  ).toEqual({
    data: { a: [{ x: '1', id: '1', y: 1, z: 4 }], b: [{ id: 'Chair' }] },
  });
});
