import type { Pool } from 'pg';
import type { CategoryRow } from './category.loaders.ts';

/** Categories without a parent, in the order of the shop. */
export async function topCategories(pool: Pool): Promise<CategoryRow[]> {
  const { rows } = await pool.query<CategoryRow>({
    name: 'top-categories',
    text: `SELECT id, slug, name, parent_id AS "parentId", position FROM categories
           WHERE parent_id IS NULL ORDER BY position, name, id`,
  });
  return rows;
}
