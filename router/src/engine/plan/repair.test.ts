import { describe, expect, it } from 'vitest';
import { localEngine } from '../testing/local-supergraph.ts';

describe('a key that is not resolvable beside one that is', () => {
  const subgraphs = {
    // The first key of Product in `stock` cannot be resolved there, the second can.
    catalog: {
      sdl: `type Query { product: Product }
        type Product @key(fields: "id") @key(fields: "sku") { id: ID!  sku: String!  name: String }`,
      resolvers: {
        Query: { product: () => ({ id: 'p1', sku: 's1', name: 'Lamp' }) },
        Product: {
          __resolveReference: ({ id, sku }: { id?: string; sku?: string }) =>
            id === 'p1' || sku === 's1' ? { id: 'p1', sku: 's1', name: 'Lamp' } : null,
        },
      },
    },
    stock: {
      sdl: `type Query { shelf: Shelf }
        type Shelf { product: Product }
        type Product @key(fields: "id", resolvable: false) @key(fields: "sku") {
          id: ID!  sku: String!  count: Int @requires(fields: "name")  name: String @external
        }`,
      resolvers: {
        Query: { shelf: () => ({ product: { id: 'p1', sku: 's1' } }) },
        Product: {
          __resolveReference: (given: { sku?: string; name?: string }) => (given.sku ? given : null),
          count: ({ name }: { name?: string }) => name?.length,
        },
      },
    },
  };

  it('is not what the planner comes back by', async () => {
    const { run, calls } = localEngine(subgraphs);
    expect(await run('{ shelf { product { count } } }')).toEqual({
      data: { shelf: { product: { count: 4 } } },
    });
    expect(calls.at(-1)?.variables).toEqual({
      representations: [{ __typename: 'Product', sku: 's1', name: 'Lamp' }],
    });
  });
});

describe('@requires with arguments', () => {
  const rates: Record<string, number> = { USD: 1, EUR: 2 };
  const subgraphs = {
    catalog: {
      sdl: `type Query { products: [Product] }
        type Product @key(fields: "id") { id: ID!  price(currency: String!): Int  size(unit: String = "cm"): Size }
        type Size { width(round: Boolean!): Float }`,
      resolvers: {
        Query: { products: () => [{ id: '1' }, { id: '2' }] },
        Product: {
          __resolveReference: (given: object) => given,
          price: ({ id }: { id: string }, { currency }: { currency: string }) => {
            if (id === '2' && currency === 'EUR') throw new Error('no price in EUR');
            return Number(id) * (rates[currency] ?? 0);
          },
          size: (_: unknown, { unit }: { unit: string }) => ({ unit }),
        },
        Size: {
          width: ({ unit }: { unit: string }, { round }: { round: boolean }) =>
            (unit === 'cm' ? 2.5 : 25) + (round ? 0.5 : 0),
        },
      },
    },
    shipping: {
      sdl: `type Product @key(fields: "id") {
          id: ID!
          price(currency: String!): Int @external
          size(unit: String = "cm"): Size @external
          inDollars: String @requires(fields: "price(currency: \\"USD\\")")
          inEuros: String @requires(fields: "price(currency: \\"EUR\\")")
          box: String @requires(fields: "size(unit: \\"mm\\") { width(round: true) } price(currency: \\"EUR\\")")
        }
        type Size { width(round: Boolean!): Float @external }`,
      resolvers: {
        Product: {
          __resolveReference: (given: object) => given,
          inDollars: ({ price }: { price: number }) => `$${price}`,
          inEuros: ({ price }: { price: number }) => `€${price}`,
          box: ({ price, size }: { price: number; size: { width: number } }) => `${size.width} for €${price}`,
        },
      },
    },
  };

  it('gives each field what it asked for, together or alone', async () => {
    const { run } = localEngine(subgraphs);
    expect(await run('{ products { inDollars inEuros box } }')).toMatchObject({
      data: {
        products: [
          { inDollars: '$1', inEuros: '€2', box: '25.5 for €2' },
          { inDollars: '$2', inEuros: null, box: null },
        ],
      },
    });
    expect(await run('{ products { inEuros } }')).toMatchObject({
      data: { products: [{ inEuros: '€2' }, { inEuros: null }] },
    });
  });

  it('leaves what the client asks of the same field alone', async () => {
    const { run } = localEngine(subgraphs);
    const query = '{ products { price(currency: "EUR") usd: price(currency: "USD") inDollars } }';
    expect(await run(query)).toMatchObject({
      data: {
        products: [
          { price: 2, usd: 1, inDollars: '$1' },
          { price: null, usd: 2, inDollars: '$2' },
        ],
      },
    });
  });

  it('keeps a field that is required without arguments apart from the same that clients give some', async () => {
    const { run } = localEngine({
      catalog: {
        sdl: `type Query { product: Product }
          type Product @key(fields: "id") { id: ID!  size(unit: String): Int  name: String }`,
        resolvers: {
          Query: { product: () => ({ id: '1', name: 'Lamp' }) },
          Product: { size: (_: unknown, { unit }: { unit?: string }) => (unit ? 1_000 : 1) },
        },
      },
      shipping: {
        sdl: `type Product @key(fields: "id") {
          id: ID!  size(unit: String): Int @external  cost: Int @requires(fields: "size")
        }`,
        resolvers: {
          Product: {
            __resolveReference: (given: object) => given,
            cost: ({ size }: { size: number }) => size,
          },
        },
      },
    });
    const query = `query ($cost: Boolean = true) {
      product { ... @include(if: $cost) { cost } size(unit: "mm") name }
    }`;
    expect(await run(query)).toEqual({ data: { product: { cost: 1, size: 1_000, name: 'Lamp' } } });
    expect(await run('{ product { size(unit: "mm") cost } }')).toEqual({
      data: { product: { size: 1_000, cost: 1 } },
    });
  });

  it('shares a call among the fields that ask for the same', async () => {
    const { run, calls } = localEngine(subgraphs);
    await run('{ products { inEuros box } }');
    expect(calls.filter(({ subgraph }) => subgraph === 'shipping')).toHaveLength(1);
  });

  it('shows clients neither the names that plans use, nor lets them use these', async () => {
    const { engine, run, calls } = localEngine(subgraphs);
    const { errors } = await run('{ products { inEuros } }');
    expect(errors).toEqual([
      {
        message: 'no price in EUR',
        path: ['products', 1, 'inEuros'],
        extensions: { code: 'INTERNAL_SERVER_ERROR', subgraph: 'catalog', retryable: false },
      },
    ]);
    const [, alias] = /(_\w+): ?price/.exec(calls[0]?.query ?? '') ?? [];
    expect(alias).toBeDefined();
    expect(engine.prepare(`{ products { ${alias} } }`)).toHaveProperty('errors');
    expect(engine.prepare(`{ products { ${alias}: id inEuros } }`)).toHaveProperty('errors');
  });
});
