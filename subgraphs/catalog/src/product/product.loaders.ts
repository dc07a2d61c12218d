import type { CachedRows } from '@meridian/kernel/cache';
import { batchRead, rowLoader } from '@meridian/kernel/loaders';
import type { Pool } from 'pg';
import type { ProductModel } from '../generated/prisma/models.ts';

export type ProductRow = ProductModel;

export const productColumns = `p.id, p.slug, p.name, p.description, p.category_id AS "categoryId", p.created_at AS "createdAt"`;

const byId = `SELECT ${productColumns} FROM products p WHERE id = ANY($1)`;
const bySlug = `SELECT ${productColumns} FROM products p WHERE slug = ANY($1)`;

export const productLoaders = (pool: Pool, cache: CachedRows<ProductRow>) => ({
  product: rowLoader(batchRead<ProductRow>(pool, 'product-by-id', byId), ({ id }) => id, cache),
  productBySlug: rowLoader(batchRead<ProductRow>(pool, 'product-by-slug', bySlug), ({ slug }) => slug),
});
