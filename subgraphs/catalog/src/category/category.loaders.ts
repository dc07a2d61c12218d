import type { CachedRows } from '@meridian/kernel/cache';
import { batchRead, groupLoader, rowLoader } from '@meridian/kernel/loaders';
import type { Pool } from 'pg';
import type { CategoryModel } from '../generated/prisma/models.ts';

export type CategoryRow = CategoryModel;

const columns = `id, slug, name, parent_id AS "parentId", position`;

const byId = `SELECT ${columns} FROM categories WHERE id = ANY($1)`;
const bySlug = `SELECT ${columns} FROM categories WHERE slug = ANY($1)`;
const byParent = `SELECT ${columns} FROM categories WHERE parent_id = ANY($1) ORDER BY position, name, id`;
/** From each category up to the top, the parent last. */
const ancestors = `
  WITH RECURSIVE up AS (
    SELECT id AS below, parent_id, 1 AS distance FROM categories WHERE id = ANY($1)
    UNION ALL
    SELECT up.below, c.parent_id, up.distance + 1 FROM up JOIN categories c ON c.id = up.parent_id
  )
  SELECT up.below, c.id, c.slug, c.name, c.parent_id AS "parentId", c.position
  FROM up JOIN categories c ON c.id = up.parent_id
  ORDER BY up.below, up.distance DESC`;

export const categoryLoaders = (pool: Pool, cache: CachedRows<CategoryRow>) => ({
  category: rowLoader(batchRead<CategoryRow>(pool, 'category-by-id', byId), ({ id }) => id, cache),
  categoryBySlug: rowLoader(batchRead<CategoryRow>(pool, 'category-by-slug', bySlug), ({ slug }) => slug),
  categoryChildren: groupLoader(
    batchRead<CategoryRow>(pool, 'category-by-parent', byParent),
    ({ parentId }) => parentId ?? '',
  ),
  categoryAncestors: groupLoader(
    batchRead<CategoryRow & { below: string }>(pool, 'category-ancestors', ancestors),
    ({ below }) => below,
  ),
});
