import { describe, expect, it } from 'vitest';
import { type LocalSubgraph, localEngine } from './testing/local-supergraph.ts';

type Ref = Record<string, unknown> & { id: string };

const given = { __resolveReference: (ref: object) => ref };

describe('@requires', () => {
  it('in a circle of two subgraphs is resolved step by step', async () => {
    const { run, calls } = localEngine({
      a: {
        sdl: `type Query { item: Item }
          type Item @key(fields: "id") { id: ID!  one: Int  two: Int @external
            three: Int @requires(fields: "two") }`,
        resolvers: {
          Query: { item: () => ({ id: '1' }) },
          Item: { ...given, one: () => 1, three: ({ two }: { two: number }) => two + 1 },
        },
      },
      b: {
        sdl: `type Item @key(fields: "id") { id: ID!  one: Int @external  three: Int @external
            two: Int @requires(fields: "one")  four: Int @requires(fields: "three") }`,
        resolvers: {
          Item: {
            ...given,
            two: ({ one }: { one: number }) => one + 1,
            four: ({ three }: { three: number }) => three + 1,
          },
        },
      },
    });
    expect(await run('{ item { three } }')).toEqual({ data: { item: { three: 3 } } });
    expect(calls.map(({ subgraph }) => subgraph)).toEqual(['a', 'b', 'a']);
    // One step more and the planner goes wrong: that is planned by levels, for it would be answered from made-up inputs.
    expect(await run('{ item { four } }')).toEqual({ data: { item: { four: 4 } } });
  });

  it('passes lists, nulls, and what fragments select of abstract types', async () => {
    const { run, calls } = localEngine({
      shapes: {
        sdl: `type Query { drawings: [Drawing] }
          type Drawing @key(fields: "id") { id: ID!  shapes: [Shape]  main: Figure }
          interface Shape { name: String }
          type Circle implements Shape @shareable { name: String  radius: Int }
          type Square implements Shape @shareable { name: String  side: Int }
          union Figure = Circle | Square`,
        resolvers: {
          Query: {
            drawings: () => [
              {
                id: '1',
                shapes: [
                  { __typename: 'Circle', name: 'c', radius: 1 },
                  null,
                  { __typename: 'Square', name: 's', side: 2 },
                ],
                main: { __typename: 'Square', side: 3 },
              },
              { id: '2', shapes: null, main: null },
            ],
          },
        },
      },
      areas: {
        sdl: `type Drawing @key(fields: "id") { id: ID!
            shapes: [Shape] @external
            main: Figure @external
            area: Int @requires(fields: "shapes { name ... on Circle { radius } ... on Square { side } } main { ... on Square { side } }") }
          interface Shape { name: String }
          type Circle implements Shape @shareable { name: String  radius: Int }
          type Square implements Shape @shareable { name: String  side: Int }
          union Figure = Circle | Square`,
        resolvers: {
          Drawing: {
            ...given,
            area: ({
              shapes,
              main,
            }: {
              shapes: ({ radius?: number; side?: number } | null)[] | null;
              main: { side: number } | null;
            }) =>
              (shapes ?? []).reduce((sum, shape) => sum + (shape?.radius ?? shape?.side ?? 0), 0) +
              (main?.side ?? 0),
          },
        },
      },
    });
    expect(await run('{ drawings { area } }')).toEqual({ data: { drawings: [{ area: 6 }, { area: 0 }] } });
    expect(calls.at(-1)?.variables['representations']).toEqual([
      {
        __typename: 'Drawing',
        id: '1',
        shapes: [{ name: 'c', radius: 1 }, null, { name: 's', side: 2 }],
        main: { side: 3 },
      },
      { __typename: 'Drawing', id: '2', shapes: null, main: null },
    ]);
  });

  it('of fields of another entity waits for that entity', async () => {
    const { run } = localEngine({
      orders: {
        sdl: `type Query { order: Order }
          type Order @key(fields: "id") { id: ID!  buyer: User }
          type User @key(fields: "id") { id: ID! }`,
        resolvers: { Query: { order: () => ({ id: '1', buyer: { id: 'u' } }) } },
      },
      users: {
        sdl: 'type User @key(fields: "id") { id: ID!  city: City } type City @shareable { zip: String }',
        resolvers: { User: { ...given, city: ({ id }: Ref) => ({ zip: `zip of ${id}` }) } },
      },
      shipping: {
        sdl: `type Order @key(fields: "id") { id: ID!  buyer: User @external
            label: String @requires(fields: "buyer { id city { zip } }") }
          type User @key(fields: "id") { id: ID!  city: City @external }
          type City @shareable { zip: String }`,
        resolvers: {
          Order: {
            ...given,
            label: ({ buyer }: { buyer: { id: string; city: { zip: string } } }) =>
              `${buyer.id}: ${buyer.city.zip}`,
          },
        },
      },
    });
    expect(await run('{ order { label } }')).toEqual({ data: { order: { label: 'u: zip of u' } } });
  });
});

describe('an entity that lacks what one of its fields requires', () => {
  const broken = { message: 'broken', extensions: { code: 'BROKEN' } };
  const subgraphs = (weights: LocalSubgraph['answer']): Record<string, LocalSubgraph> => ({
    items: {
      sdl: 'type Query { items: [Item] } type Item @key(fields: "id") { id: ID! }',
      resolvers: { Query: { items: () => [{ id: '1' }, { id: '2' }] } },
    },
    weights: {
      sdl: 'type Item @key(fields: "id") { id: ID!  weight: Int! }',
      ...(weights && { answer: weights }),
      resolvers: { Item: { ...given, weight: ({ id }: Ref) => Number(id) } },
    },
    shipping: {
      sdl: `type Item @key(fields: "id") { id: ID!  weight: Int! @external
        cost: Int @requires(fields: "weight")  carrier: String }`,
      resolvers: {
        Item: { ...given, cost: ({ weight }: { weight: number }) => weight * 10, carrier: () => 'mail' },
      },
    },
  });

  it('keeps the others', async () => {
    const { run } = localEngine(
      subgraphs(() => ({
        data: { _entities: [{ weight: 1 }, null] },
        errors: [{ ...broken, path: ['_entities', 1, 'weight'] }],
      })),
    );
    expect(await run('{ items { cost carrier } }')).toEqual({
      data: {
        items: [
          { cost: 10, carrier: 'mail' },
          { cost: null, carrier: 'mail' },
        ],
      },
      errors: [
        {
          message: 'broken',
          path: ['items', 1, 'cost'],
          extensions: { code: 'BROKEN', subgraph: 'weights', retryable: false },
        },
      ],
    });
  });

  it('is not asked for when that was all', async () => {
    const { run, calls } = localEngine(subgraphs(() => ({ errors: [broken] })));
    expect((await run('{ items { cost } }')).data).toEqual({ items: [{ cost: null }, { cost: null }] });
    expect(calls.some(({ subgraph }) => subgraph === 'shipping')).toBe(false);
  });

  it('of an argument of its own is told so where the field is', async () => {
    const wrong = (args: { unit: string }) => {
      if (args.unit === 'kg') throw new Error(`no ${args.unit}`);
      return 1;
    };
    const { run, calls } = localEngine({
      items: {
        sdl: 'type Query { items: [Item] } type Item @key(fields: "id") { id: ID! }',
        resolvers: { Query: { items: () => [{ id: '1' }] } },
      },
      weights: {
        sdl: `type Item @key(fields: "id") { id: ID!  weight(unit: String): Int  box: Box }
          type Box @shareable { weight(unit: String): Int }`,
        resolvers: {
          Item: { ...given, weight: (_: unknown, args: never) => wrong(args), box: () => ({}) },
          Box: { weight: (_: unknown, args: never) => wrong(args) },
        },
      },
      shipping: {
        sdl: `type Item @key(fields: "id") { id: ID!  weight(unit: String): Int @external  box: Box @external
            cost: Int @requires(fields: "weight(unit: \\"kg\\")")  other: Int @requires(fields: "weight(unit: \\"lb\\")")
            boxed: Int @requires(fields: "box { weight(unit: \\"kg\\") }") }
          type Box @shareable { weight(unit: String): Int }`,
        resolvers: {
          Item: { ...given, cost: () => 666, other: ({ weight }: Ref) => weight, boxed: () => 666 },
        },
      },
    });
    const failing = (...fields: string[]) =>
      fields.map((field) => ({
        message: 'no kg',
        path: ['items', 0, field],
        extensions: { subgraph: 'weights' },
      }));
    const { data, errors } = await run('{ items { other c: cost boxed weight(unit: "lb") box { weight } } }');
    expect(data).toEqual({
      items: [{ other: 1, c: null, boxed: null, weight: 1, box: { weight: 1 } }],
    });
    expect(errors).toHaveLength(2);
    expect(errors).toMatchObject(failing('boxed', 'c'));
    const again = await run('{ items { cost weight(unit: "kg") } }');
    expect(again.data).toEqual({ items: [{ cost: null, weight: null }] });
    expect(again.errors).toHaveLength(2);
    expect(again.errors).toMatchObject(failing('weight', 'cost'));
    expect(calls.some(({ query }) => query.includes('cost'))).toBe(false);
  });

  it('because the field is skipped loses nothing', async () => {
    const { run } = localEngine(subgraphs(undefined));
    const query = 'query ($cost: Boolean!) { items { cost @include(if: $cost) carrier } }';
    expect(await run(query, { cost: false })).toEqual({
      data: { items: [{ carrier: 'mail' }, { carrier: 'mail' }] },
    });
    expect(await run(query, { cost: true })).toEqual({
      data: {
        items: [
          { cost: 10, carrier: 'mail' },
          { cost: 20, carrier: 'mail' },
        ],
      },
    });
  });

  it('because the field is skipped gets the others in a call without it', async () => {
    const { run, calls } = localEngine({
      items: {
        sdl: 'type Query { items: [Item] } type Item @key(fields: "id") { id: ID!  weight: Int }',
        resolvers: { Query: { items: () => [{ id: '1', weight: 3 }] } },
      },
      shipping: {
        sdl: `type Item @key(fields: "id") { id: ID!  weight: Int @external
          cost(tax: Int): Int @requires(fields: "weight")  carrier: String }`,
        resolvers: {
          Item: {
            ...given,
            cost: ({ weight }: { weight: number }, { tax }: { tax: number }) => weight * 10 + tax,
            carrier: () => 'mail',
          },
        },
      },
    });
    const query =
      'query ($cost: Boolean!, $tax: Int) { items { cost(tax: $tax) @include(if: $cost) carrier } }';
    expect(await run(query, { cost: true, tax: 1 })).toEqual({
      data: { items: [{ cost: 31, carrier: 'mail' }] },
    });
    expect(await run(query, { cost: false, tax: 1 })).toEqual({ data: { items: [{ carrier: 'mail' }] } });
    expect(calls).toHaveLength(4);
    expect(calls.at(-1)?.query).not.toContain('cost');
  });

  it('gives the others what they share with it', async () => {
    const box = { height: 3, width: 4 };
    const { run } = localEngine({
      a: {
        sdl: `type Query { item: Item } type Item @key(fields: "id") { id: ID!  box: Box  boxes: [Box] }
          type Box { height: Int  width: Int }`,
        resolvers: { Query: { item: () => ({ id: '1', box, boxes: [box, null] }) } },
      },
      b: {
        sdl: `type Box @external { height: Int  width: Int }
          type Item @key(fields: "id") { id: ID!  box: Box @external  boxes: [Box] @external
            tall: String @requires(fields: "box { height } boxes { height }")
            wide: String @requires(fields: "box { width } boxes { width }") }`,
        resolvers: {
          Item: {
            ...given,
            tall: ({ box, boxes }: Ref) => JSON.stringify([box, boxes]),
            wide: ({ box, boxes }: Ref) => JSON.stringify([box, boxes]),
          },
        },
      },
    });
    const query = 'query ($no: Boolean!) { item { tall @include(if: $no) wide } }';
    expect(await run(query, { no: false })).toEqual({
      data: { item: { wide: JSON.stringify([{ width: 4 }, [{ width: 4 }, null]]) } },
    });
  });
});
