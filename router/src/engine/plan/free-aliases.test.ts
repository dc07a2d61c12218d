import { describe, expect, it } from 'vitest';
import { context, localEngine, subscription } from '../testing/local-supergraph.ts';
import { textOf } from '../testing/text-of.ts';

const given = { __resolveReference: (ref: object) => ref };

const { engine, run, calls } = localEngine({
  a: {
    sdl: `type Query { item: Item }  type Mutation { first: Item  second: Item  both: Both }
      type Subscription { items: Item }  type Both { item: Item  query: Query }
      type Item @key(fields: "id") { id: ID!  name: String  weight: Int  box: Box  broken: Int }
      type Box { width: Int  height: Int }`,
    resolvers: {
      Query: { item: () => ({ id: '1' }) },
      Mutation: { first: () => ({ id: '1' }), second: () => ({ id: '2' }), both: () => ({ query: {} }) },
      Item: {
        ...given,
        broken: () => {
          throw new Error('it is broken');
        },
        name: ({ id }: { id: string }) => `name ${id}`,
        weight: () => 7,
        box: () => ({ width: 2, height: 3 }),
      },
    },
  },
  b: {
    sdl: `type Mutation { third: Int }
      type Box @external { width: Int }
      type Item @key(fields: "id") { id: ID!  stars: Int  weight: Int @external  box: Box @external
        heavy: Boolean @requires(fields: "weight")  wide: Int @requires(fields: "box { width }") }`,
    resolvers: {
      Mutation: { third: () => 3 },
      Item: {
        ...given,
        stars: ({ id }: { id: string }) => Number(id) + 4,
        heavy: ({ weight }: { weight: number }) => weight === 7,
        wide: ({ box }: { box: { width: number } }) => box.width * 10,
      },
    },
  },
});

describe('a field that has the name of another one as its alias', () => {
  it('does not stand for the key or for what is required', async () => {
    expect(await run('{ item { id: name stars } }')).toEqual({ data: { item: { id: 'name 1', stars: 5 } } });
    expect(await run('{ item { weight: name heavy box { width: height } wide } }')).toEqual({
      data: { item: { weight: 'name 1', heavy: true, box: { width: 3 }, wide: 20 } },
    });
  });

  it('nor for the name that the planner would have given it', async () => {
    expect(await run('{ item { id: name id__alias_0: weight stars } }')).toEqual({
      data: { item: { id: 'name 1', id__alias_0: 7, stars: 5 } },
    });
  });

  it('nor does `__typename`', async () => {
    expect(await run('{ item { id: __typename stars } }')).toEqual({
      data: { item: { id: 'Item', stars: 5 } },
    });
  });

  it('nor in mutations, which stay in order', async () => {
    calls.length = 0;
    const query =
      'mutation { b: second { id: name stars } third ...F } fragment F on Mutation { first { id stars } }';
    expect(await run(query)).toEqual({
      data: { b: { id: 'name 2', stars: 6 }, third: 3, first: { id: '1', stars: 5 } },
    });
    expect(calls.map(({ subgraph, query }) => `${subgraph} ${query.slice(0, 8)}`)).toEqual([
      'a mutation',
      'b query($r',
      'b mutation',
      'a mutation',
      'b query($r',
    ]);
  });

  it('nor where a mutation gives the root again', async () => {
    expect(await run('mutation { both { query { item { id: name stars } } } }')).toEqual({
      data: { both: { query: { item: { id: 'name 1', stars: 5 } } } },
    });
  });

  it('nor in events', async () => {
    const { source, join } = subscription(engine, 'subscription { items { id: name stars } }');
    expect(source({})).toMatchObject({
      subgraph: 'a',
      query: 'subscription{items{__typename id __as_id:name}}',
    });
    const event = { data: { items: { __typename: 'Item', id: '3', __as_id: 'name 3' } } };
    expect(await join(event, {}, context)).toEqual({ data: { items: { id: 'name 3', stars: 7 } } });
  });

  it('has its errors under its alias', async () => {
    const query = '{ item: item { stars name: broken } }';
    const expected = {
      data: { item: { stars: 5, name: null } },
      errors: [expect.objectContaining({ message: 'it is broken', path: ['item', 'name'] })],
    };
    expect(await run(query)).toEqual(expected);
    const prepared = engine.prepare(query);
    if ('errors' in prepared || prepared.operation.kind === 'subscription') throw new Error('it is a query');
    expect(JSON.parse(textOf(await prepared.operation.executeText(undefined, context)))).toEqual(expected);
  });

  it('is what it is in the schema', async () => {
    const query = `{ __type(name: "Box") { name: kind fields { id: name ...F } } box: __typename }
      fragment F on __Field { type { name } weight: name }`;
    expect(await run(query)).toEqual({
      data: {
        __type: {
          name: 'OBJECT',
          fields: [
            { id: 'width', type: { name: 'Int' }, weight: 'width' },
            { id: 'height', type: { name: 'Int' }, weight: 'height' },
          ],
        },
        box: 'Query',
      },
    });
  });

  it('is refused where it is a name that data has for itself', () => {
    for (const alias of ['__as_id', '__typename'])
      expect(engine.prepare(`{ item { ${alias}: name } }`)).toMatchObject({
        errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
      });
  });
});
