import { type RowOf, upsert } from '@meridian/kernel/bulk';
import { idFromName } from '@meridian/kernel/ids';
import type { Pool } from 'pg';
import { tables } from '../tables.ts';

/** Ids of the sample below, by plain names. */
export const sampleId = (
  type: 'category' | 'product' | 'variant' | 'review' | 'user',
  name: string | number,
) => idFromName(type, `sample:${name}`);

type Variant = RowOf<(typeof tables)['variants']>;

/** A small shop for tests: two categories, `products` products with two variants and three reviews each. */
export async function loadSample(pool: Pool, { products = 5, stock = 10 } = {}): Promise<void> {
  const numbers = Array.from({ length: products }, (_, i) => i);
  await upsert(pool, tables.categories, [
    { id: sampleId('category', 'all'), slug: 'all', name: 'Everything', parent_id: null, position: 0 },
    {
      id: sampleId('category', 'tea'),
      slug: 'tea',
      name: 'Tea',
      parent_id: sampleId('category', 'all'),
      position: 0,
    },
  ]);
  await upsert(
    pool,
    tables.products,
    numbers.map((i) => ({
      id: sampleId('product', i),
      slug: `tea-${i}`,
      name: `Tea no. ${i}`,
      description: i % 2 ? 'Green' : null,
      category_id: sampleId('category', 'tea'),
      created_at: new Date(Date.UTC(2026, 0, 1 + i)),
    })),
  );
  const variant = (i: number, size: string, priceMinor: number): Variant => ({
    id: sampleId('variant', `${i}-${size}`),
    product_id: sampleId('product', i),
    sku: `TEA-${i}-${size}`,
    name: size,
    price_minor: BigInt(priceMinor),
    currency: 'EUR',
    weight_grams: 100,
    on_hand: stock,
  });
  await upsert(
    pool,
    tables.variants,
    numbers.flatMap((i) => [variant(i, 'S', 500 + i), variant(i, 'L', 900 + i)]),
  );
  await upsert(
    pool,
    tables.reviews,
    numbers.flatMap((i) =>
      [3, 4, 5].map((rating, n) => ({
        id: sampleId('review', `${i}-${n}`),
        product_id: sampleId('product', i),
        author_id: sampleId('user', n),
        rating,
        body: `Review ${n}`,
        created_at: new Date(Date.UTC(2026, 1, 1 + n)),
      })),
    ),
  );
}
