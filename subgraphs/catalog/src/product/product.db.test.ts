import { statementsDuring } from '@meridian/testkit/statements';
import { useTestSubgraph } from '@meridian/testkit/subgraph';
import { expect, test } from 'vitest';
import { createCatalog } from '../subgraph.ts';
import { loadSample, sampleId } from '../testing/sample.ts';

const catalog = useTestSubgraph({
  name: 'catalog',
  create: createCatalog,
  seed: (pool) => loadSample(pool, { products: 12 }),
});

test('a product is found by id and by slug, with everything that hangs on it', async () => {
  const query = `query ($id: ID, $slug: String) {
    product(id: $id, slug: $slug) {
      id slug name
      category { name ancestors { name } }
      variants { sku price { amountMinor currency formatted(locale: "de") } product { id } }
      priceRange { min { amountMinor } max { amountMinor } }
      rating { average count }
      inStock
    }
  }`;
  const bySlug = await catalog.data(query, { slug: 'tea-1' });
  expect(bySlug).toEqual(await catalog.data(query, { id: sampleId('product', 1) }));
  expect(bySlug.product).toMatchObject({
    category: { name: 'Tea', ancestors: [{ name: 'Everything' }] },
    variants: [{ sku: 'TEA-1-S', price: { amountMinor: 501, formatted: '5,01\u00a0€' } }, { sku: 'TEA-1-L' }],
    priceRange: { min: { amountMinor: 501 }, max: { amountMinor: 901 } },
    rating: { average: 4, count: 3 },
    inStock: true,
  });
});

test('what is not there is null, and naming it in two ways is an error', async () => {
  expect(await catalog.data('{ product(slug: "nothing") { id } }')).toEqual({ product: null });
  await expect(catalog.data('{ product(id: "a", slug: "b") { id } }')).rejects.toThrow(
    'exactly one of `id`, `slug`',
  );
});

test.each(['NAME', 'NEWEST', 'PRICE_ASC', 'PRICE_DESC'])(
  'pages by %s meet every product once',
  async (sort) => {
    const query = `query ($sort: ProductSort, $after: String) {
    products(sort: $sort, first: 5, after: $after) { nodes { slug } totalCount pageInfo { hasNextPage endCursor } }
  }`;
    const slugs: string[] = [];
    for (let after: string | null = null; ; ) {
      const { products } = await catalog.data(query, { sort, after });
      slugs.push(...products.nodes.map(({ slug }: { slug: string }) => slug));
      expect(products.totalCount).toBe(12);
      if (!products.pageInfo.hasNextPage) break;
      after = products.pageInfo.endCursor;
    }
    expect(new Set(slugs).size).toBe(12);
    if (sort === 'PRICE_ASC') expect(slugs.at(0)).toBe('tea-0');
    if (sort === 'PRICE_DESC' || sort === 'NEWEST') expect(slugs.at(0)).toBe('tea-11');
  },
);

test('filters narrow: category with what is below it, name, price and stock', async () => {
  const count = async (filter: object) =>
    (
      await catalog.data('query ($filter: ProductFilter) { products(filter: $filter) { totalCount } }', {
        filter,
      })
    ).products.totalCount;
  expect(await count({ categoryId: sampleId('category', 'all') })).toBe(12);
  expect(await count({ nameContains: 'NO. 1' })).toBe(3);
  expect(await count({ currency: 'EUR', priceMaxMinor: 502 })).toBe(3);
  expect(await count({ currency: 'USD', priceMaxMinor: 502 })).toBe(0);
  expect(await count({ inStock: false })).toBe(0);
  await expect(count({ priceMaxMinor: 502 })).rejects.toThrow('need a currency');
});

test('a bad page size or cursor is refused', async () => {
  await expect(catalog.data('{ products(first: 101) { totalCount } }')).rejects.toThrow('from 1 to 100');
  await expect(catalog.data('{ products(after: "zzz") { totalCount } }')).rejects.toThrow('not a cursor');
});

test('a page of products costs the same number of statements, whatever its size', async () => {
  const query = `query ($first: Int) {
    products(first: $first) {
      nodes { category { parent { name } } variants { product { slug } } priceRange { min { currency } }
        rating { average } reviews(first: 2) { nodes { author { id } product { name } } } }
    }
  }`;
  const few = await statementsDuring(() => catalog.data(query, { first: 2 }));
  const many = await statementsDuring(() => catalog.data(query, { first: 12 }));
  expect(many.length).toBeLessThanOrEqual(few.length);
  expect(few.length).toBeLessThanOrEqual(8);
});

test('entities are loaded by either key, in the order asked, and in few statements', async () => {
  const query = `query ($representations: [_Any!]!) {
    _entities(representations: $representations) {
      ... on Product { name } ... on ProductVariant { sku } ... on Review { rating } ... on Category { slug }
    }
  }`;
  const representations = [
    { __typename: 'ProductVariant', sku: 'TEA-3-L' },
    { __typename: 'Product', slug: 'tea-2' },
    { __typename: 'Product', id: sampleId('product', 'missing') },
    { __typename: 'ProductVariant', id: sampleId('variant', '3-S') },
    { __typename: 'Review', id: sampleId('review', '3-2') },
    { __typename: 'Category', id: sampleId('category', 'tea') },
  ];
  const { _entities } = await catalog.data(query, { representations });
  expect(_entities).toEqual([
    { sku: 'TEA-3-L' },
    { name: 'Tea no. 2' },
    null,
    { sku: 'TEA-3-S' },
    { rating: 5 },
    { slug: 'tea' },
  ]);
});

test('reviews are paged, newest first', async () => {
  const query = `query ($after: String) {
    product(slug: "tea-1") { reviews(first: 2, after: $after) { nodes { body } pageInfo { endCursor hasNextPage } } }
  }`;
  const first = (await catalog.data(query)).product.reviews;
  expect(first).toMatchObject({
    nodes: [{ body: 'Review 2' }, { body: 'Review 1' }],
    pageInfo: { hasNextPage: true },
  });
  const second = (await catalog.data(query, { after: first.pageInfo.endCursor })).product.reviews;
  expect(second).toMatchObject({ nodes: [{ body: 'Review 0' }], pageInfo: { hasNextPage: false } });
});
