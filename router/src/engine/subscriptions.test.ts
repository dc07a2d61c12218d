import { describe, expect, it } from 'vitest';
import { context, type LocalSubgraph, localEngine, subscription } from './testing/local-supergraph.ts';

const subgraphs = (prices?: LocalSubgraph['answer']): Record<string, LocalSubgraph> => ({
  stock: {
    sdl: `type Query { ok: Int }
      type Subscription { changed(id: ID, first: Int = 3): Item  many: [Item!]  strict: Item! }
      type Item @key(fields: "id") { id: ID!  count: Int! }`,
  },
  prices: {
    sdl: `type Item @key(fields: "id") { id: ID!  price(currency: String): Int  label(tax: Int): String @requires(fields: "count")
      count: Int! @external }`,
    ...(prices && { answer: prices }),
    resolvers: {
      Item: {
        __resolveReference: (given: object) => given,
        price: ({ id }: { id: string }) => Number(id) * 10,
        label: ({ count }: { count: number }) => `${count} left`,
      },
    },
  },
});

const item = (id: string, count: unknown = 1) => ({ __typename: 'Item', id, count });

it('names the subgraph that publishes, and what to ask it', () => {
  const { engine } = localEngine(subgraphs());
  const { coerce, source } = subscription(
    engine,
    'subscription S($id: ID, $c: String, $first: Int = 4) { it: changed(id: $id, first: $first) { price(currency: $c) } }',
  );
  const coerced = coerce({ id: 7, c: 'EUR' });
  if ('errors' in coerced) throw new Error('not coerced');
  expect(source(coerced.variables)).toEqual({
    subgraph: 'stock',
    query: expect.stringContaining('it:changed(id:$id first:$first){__typename id}'),
    operationName: expect.stringContaining('S'),
    variables: { id: '7', first: 4 },
    shared: { id: '7', c: 'EUR', first: 4 },
  });
  expect(coerce({ first: 'x' })).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
});

describe('an event', () => {
  it('is joined with what other subgraphs know, and not written into', async () => {
    const { engine } = localEngine(subgraphs());
    const { join } = subscription(engine, 'subscription { changed { __typename name: price label } }');
    const event = { data: { changed: Object.freeze(item('2', 5)) } };
    const before = JSON.stringify(event);
    const expected = { data: { changed: { __typename: 'Item', name: 20, label: '5 left' } } };
    expect(await join(event, {}, context)).toEqual(expected);
    expect(await join(event, {}, context)).toEqual(expected);
    expect(JSON.stringify(event)).toBe(before);
  });

  it('that has all is passed on without a fetch', async () => {
    const { engine, calls } = localEngine(subgraphs());
    const { join } = subscription(engine, 'subscription { changed { count } }');
    expect(await join({ data: { changed: { count: 3, unasked: 1 } } }, {}, context)).toEqual({
      data: { changed: { count: 3 } },
    });
    expect(calls).toEqual([]);
  });

  it('of several entities is joined by one fetch', async () => {
    const { engine, calls } = localEngine(subgraphs());
    const { join } = subscription(engine, 'subscription { many { id price } }');
    expect(await join({ data: { many: [item('1'), item('2'), item('1')] } }, {}, context)).toEqual({
      data: {
        many: [
          { id: '1', price: 10 },
          { id: '2', price: 20 },
          { id: '1', price: 10 },
        ],
      },
    });
    expect(calls).toHaveLength(1);
  });

  it('keeps its errors, with the name of the subgraph', async () => {
    const { engine } = localEngine(subgraphs(), {
      formatError: ({ message, path }) => ({ message: `~${message}`, ...(path && { path }) }),
    });
    const { join } = subscription(engine, 'subscription { many { id } }');
    const event = { data: { many: null }, errors: [{ message: 'boom', path: ['many', 1, 'id'] }] };
    expect(await join(event, {}, context)).toEqual({
      data: { many: null },
      errors: [{ message: '~boom', path: ['many', 1, 'id'] }],
    });
  });

  it.each([
    ['nothing', undefined],
    ['no data', {}],
    ['data that is text', { data: 'x' }],
    ['errors only', { errors: [{ message: 'no' }] }],
  ])('with %s is an error, not an exception', async (_, event) => {
    const { engine } = localEngine(subgraphs());
    const { join } = subscription(engine, 'subscription { changed { id price } }');
    const { data, errors } = await join(event as never, {}, context);
    expect(data).toEqual({ changed: null });
    expect(errors).toMatchObject([{ path: ['changed'], extensions: { subgraph: 'stock' } }]);
  });

  it('whose join fails keeps what it brought', async () => {
    const { engine } = localEngine(subgraphs(() => null));
    const { join } = subscription(engine, 'subscription { changed { id price } }');
    expect(await join({ data: { changed: item('1') } }, {}, context)).toMatchObject({
      data: { changed: { id: '1', price: null } },
      errors: [{ path: ['changed'], extensions: { subgraph: 'prices' } }],
    });
  });

  it('with a null that is not allowed is null altogether', async () => {
    const { engine } = localEngine(subgraphs());
    const { join } = subscription(engine, 'subscription { strict { count } }');
    expect(await join({ data: { strict: { count: null } } }, {}, context)).toMatchObject({
      data: null,
      errors: [{ path: ['strict', 'count'] }],
    });
  });
});

it.each([
  'subscription { many { id } changed { id } }',
  'subscription { changed { id } __typename }',
  'subscription { __typename }',
  'subscription ($v: Boolean!) { changed @skip(if: $v) { id } }',
  'subscription ($v: Boolean!) { changed { id } ... @include(if: $v) { changed { count } } }',
  'subscription ($v: Boolean!) { ...F } fragment F on Subscription { changed @include(if: $v) { id } }',
  'subscription { ...F } fragment F on Subscription { ...F changed @include(if: true) { id } }',
])('%s is refused, not thrown', (query) => {
  const { engine } = localEngine(subgraphs());
  const prepared = engine.prepare(query);
  const codes = 'errors' in prepared ? prepared.errors.map(({ extensions }) => extensions?.['code']) : [];
  expect(new Set(codes)).toEqual(new Set(['GRAPHQL_VALIDATION_FAILED']));
});

it('conditions below the root are fine', async () => {
  const { engine } = localEngine(subgraphs());
  const { join } = subscription(
    engine,
    'subscription ($v: Boolean!) { changed { id price @include(if: $v) } }',
  );
  const event = { data: { changed: item('1') } };
  expect(await join(event, { v: false }, context)).toEqual({ data: { changed: { id: '1' } } });
  expect(await join(event, { v: true }, context)).toEqual({ data: { changed: { id: '1', price: 10 } } });
});
