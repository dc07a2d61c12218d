import { describe, expect, it } from 'vitest';
import { createEngine } from './create-engine.ts';
import { execute, localEngine, localSupergraph } from './testing/local-supergraph.ts';

type Ref = Record<string, unknown> & { id: string };

const given = { __resolveReference: (ref: object) => ref };

it('@provides saves the fetch of what a field brings along, nested and by type', async () => {
  const { run, calls } = localEngine({
    reviews: {
      sdl: `type Query { reviews: [Review]  plain: Review }
        type Review { author: User @provides(fields: "name address { city }")  about: Thing @provides(fields: "... on Product { title }") }
        type User @key(fields: "id") { id: ID!  name: String @external  address: Address @external }
        type Address { city: String @external }
        union Thing = Product
        type Product @key(fields: "id") { id: ID!  title: String @external }`,
      resolvers: {
        Query: {
          reviews: () => [
            {
              author: { id: '1', name: 'n', address: { city: 'c' } },
              about: { __typename: 'Product', id: '2', title: 't' },
            },
          ],
        },
      },
    },
    users: {
      sdl: `type User @key(fields: "id") { id: ID!  name: String @shareable  address: Address @shareable }
        type Address @shareable { city: String  street: String }`,
      resolvers: { User: { ...given, name: () => 'n', address: () => ({ city: 'c', street: 's' }) } },
    },
    products: {
      sdl: 'type Product @key(fields: "id") { id: ID!  title: String @shareable }',
      resolvers: { Product: { ...given, title: () => 't' } },
    },
  });
  const query = '{ reviews { author { name address { city } } about { ... on Product { title } } } }';
  const expected = { author: { name: 'n', address: { city: 'c' } }, about: { title: 't' } };
  expect(await run(query)).toEqual({ data: { reviews: [expected] } });
  expect(calls.map(({ subgraph }) => subgraph)).toEqual(['reviews']);
  expect(await run('{ reviews { author { name address { street } } } }')).toEqual({
    data: { reviews: [{ author: { name: 'n', address: { street: 's' } } }] },
  });
});

it('@override takes the field from its new subgraph', async () => {
  const { run, calls } = localEngine({
    old: {
      sdl: 'type Query { it: It } type It @key(fields: "id") { id: ID!  price: Int }',
      resolvers: { Query: { it: () => ({ id: '1', price: 1 }) } },
    },
    new: {
      sdl: 'type It @key(fields: "id") { id: ID!  price: Int @override(from: "old") }',
      resolvers: { It: { ...given, price: () => 2 } },
    },
  });
  expect(await run('{ it { price } }')).toEqual({ data: { it: { price: 2 } } });
  expect(calls.map(({ subgraph }) => subgraph)).toEqual(['old', 'new']);
});

describe('@override with a label', () => {
  const subgraphs = {
    old: {
      sdl: 'type Query { it: It } type It @key(fields: "id") { id: ID!  price: Int  name: String }',
      resolvers: { Query: { it: () => ({ id: '1', price: 1, name: 'old' }) } },
    },
    new: {
      sdl: `type It @key(fields: "id") { id: ID!
        price: Int @override(from: "old", label: "percent(25)")
        name: String @override(from: "old", label: "rename") }`,
      resolvers: { It: { ...given, price: () => 2, name: () => 'new' } },
    },
  };

  it('is decided for every request', async () => {
    const on = new Set<string>();
    const { engine } = localEngine(subgraphs, { isOverridden: (label) => on.has(label) });
    const results: unknown[] = [];
    for (const labels of [[], ['percent(25)'], ['percent(25)', 'rename'], ['rename'], []]) {
      on.clear();
      for (const label of labels) on.add(label);
      results.push((await execute(engine, '{ it { price name } }')).data?.['it']);
    }
    expect(results).toEqual([
      { price: 1, name: 'old' },
      { price: 2, name: 'old' },
      { price: 2, name: 'new' },
      { price: 1, name: 'new' },
      { price: 1, name: 'old' },
    ]);
  });

  it('is off by default unless it says a percentage', async () => {
    const { run } = localEngine(subgraphs);
    expect(await run('{ it { name } }')).toEqual({ data: { it: { name: 'old' } } });
  });
});

describe('@fromContext', () => {
  it('gives each entity what is around it', async () => {
    const { run, calls } = localEngine({
      shops: {
        sdl: `type Query { shops: [Shop] }
          type Shop @key(fields: "id") @context(name: "shop") { id: ID!  currency: String  items: [Item]  best: Item }
          type Item @key(fields: "id") { id: ID!  price(currency: String @fromContext(field: "$shop { currency }")): String }`,
        resolvers: {
          Query: {
            shops: () => [
              { id: 'a', currency: 'EUR', items: [{ id: '1' }, { id: '2' }], best: { id: '1' } },
              { id: 'b', currency: 'USD', items: [{ id: '1' }, null], best: null },
              { id: 'c', currency: null, items: [{ id: '1' }], best: { id: '2' } },
            ],
          },
          Item: {
            ...given,
            price: ({ id }: Ref, { currency }: { currency: string | null }) => `${id} ${currency}`,
          },
        },
      },
      other: { sdl: 'type Query { other: Int }' },
    });
    expect(await run('{ shops { items { price } best { price } } }')).toEqual({
      data: {
        shops: [
          { items: [{ price: '1 EUR' }, { price: '2 EUR' }], best: { price: '1 EUR' } },
          { items: [{ price: '1 USD' }, null], best: null },
          { items: [{ price: '1 null' }], best: { price: '2 null' } },
        ],
      },
    });
    expect(calls).toHaveLength(1 + 3 + 2);
  });
});

it('@fromContext keeps apart what two places share of one entity', async () => {
  const { run } = localEngine({
    shops: {
      sdl: `type Query { shops: [Shop] }
        type Shop @key(fields: "id") @context(name: "shop") { id: ID!  currency: String  box: Box }
        type Box @key(fields: "id") { id: ID! }
        type Item @key(fields: "id") { id: ID!  price(currency: String @fromContext(field: "$shop { currency }")): String }`,
      resolvers: {
        Query: {
          shops: () => [
            { id: 'a', currency: 'EUR', box: { id: '1' } },
            { id: 'b', currency: 'USD', box: { id: '1' } },
          ],
        },
        Item: { ...given, price: (_: unknown, { currency }: { currency: string }) => currency },
      },
    },
    boxes: {
      sdl: `type Box @key(fields: "id") { id: ID!  inner: Inner }
        type Inner { item: Item }
        type Item @key(fields: "id") { id: ID! }`,
      resolvers: { Box: { ...given, inner: () => ({ item: { id: 'i' } }) } },
    },
  });
  expect(await run('{ shops { box { inner { item { price } } } } }')).toEqual({
    data: {
      shops: ['EUR', 'USD'].map((price) => ({ box: { inner: { item: { price } } } })),
    },
  });
});

it('enums and input objects of several subgraphs take what all of them know', async () => {
  const { run } = localEngine({
    a: {
      sdl: `type Query { colour: Colour  echo(filter: Filter, colour: Paint): String }
        enum Colour { RED BLUE }  enum Paint { RED BLUE }
        input Filter { first: Int = 5  tags: [String!] }`,
      resolvers: {
        Query: {
          colour: () => 'BLUE',
          echo: (_: unknown, args: object) => JSON.stringify(args),
        },
      },
    },
    b: {
      sdl: `type Query { paint(filter: Filter, colour: Paint): Colour }
        enum Colour { RED GREEN @inaccessible }  enum Paint { BLUE GREEN }
        input Filter { first: Int = 5  other: Int }`,
      resolvers: { Query: { paint: () => 'GREEN' } },
    },
  });
  expect((await run('{ colour }')).data).toEqual({ colour: 'BLUE' });
  const hidden = await run('{ paint }');
  expect(hidden.data).toEqual({ paint: null });
  expect(hidden.errors).toMatchObject([{ path: ['paint'] }]);
  expect(JSON.stringify(hidden.errors)).not.toContain('GREEN');
  expect(await run('query ($f: Filter) { echo(filter: $f, colour: BLUE) }', { f: {} })).toEqual({
    data: { echo: '{"filter":{"first":5},"colour":"BLUE"}' },
  });
  expect((await run('{ echo(colour: RED) }')).errors).toHaveLength(1);
  expect((await run('{ echo(filter: { tags: ["x"] }) }')).errors).toHaveLength(1);
});

it('features that would be ignored are refused, under whatever name', () => {
  const compose = (sdl: string) => localSupergraph({ a: { sdl: `type Query { a: Int ${sdl} }` } });
  for (const use of [
    '@authenticated',
    '@requiresScopes(scopes: [["x"]])',
    '@policy(policies: [["x"]])',
    '@cost(weight: 2)',
  ]) {
    const { sdl, transports } = compose(use);
    expect(() => createEngine({ supergraphSdl: sdl, transports }), use).toThrow(use.replace(/\(.*/, ''));
  }
  const { sdl, transports } = compose('@authenticated');
  const renamed = sdl
    .replace(/(authenticated\/v0\.1")/, '$1, as: "signedIn"')
    .replaceAll('@authenticated', '@signedIn');
  expect(renamed).toContain('as: "signedIn"');
  expect(() => createEngine({ supergraphSdl: renamed, transports })).toThrow('@authenticated');
});
