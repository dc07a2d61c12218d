import type { Pool } from 'pg';
import { categoryLoaders } from './category/category.loaders.ts';
import { productLoaders } from './product/product.loaders.ts';
import { reviewLoaders } from './review/review.loaders.ts';
import type { Rows } from './rows.ts';
import { variantLoaders } from './variant/variant.loaders.ts';

export type Loaders = ReturnType<typeof createLoaders>;

/** All batch reads of one operation. */
export const createLoaders = (pool: Pool, rows: Rows) => ({
  ...categoryLoaders(pool, rows.categories),
  ...productLoaders(pool, rows.products),
  ...variantLoaders(pool, rows.variants),
  ...reviewLoaders(pool),
});
