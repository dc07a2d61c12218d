import { batchRead, pageLoader, rowLoader } from '@meridian/kernel/loaders';
import { type Connection, connectionOf, type Page } from '@meridian/kernel/pagination';
import type { Pool } from 'pg';
import type { ReviewModel } from '../generated/prisma/models.ts';

export type ReviewRow = ReviewModel;
export type RatingRow = { productId: string; average: number | null; count: number };

const columns = `r.id, r.product_id AS "productId", r.author_id AS "authorId", r.rating, r.body, r.created_at AS "createdAt"`;

const byId = `SELECT ${columns} FROM reviews r WHERE id = ANY($1)`;
const ratings = `
  SELECT product_id AS "productId", avg(rating)::float8 AS average, count(*)::int AS count
  FROM reviews WHERE product_id = ANY($1) GROUP BY product_id`;
/** The same page of the reviews of many products in one statement. */
const newestOfProducts = `
  SELECT ${columns}
  FROM unnest($1::text[]) AS wanted(id)
  CROSS JOIN LATERAL (
    SELECT * FROM reviews
    WHERE product_id = wanted.id AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3))
    ORDER BY created_at DESC, id DESC
    LIMIT $4
  ) r`;

export const reviewLoaders = (pool: Pool) => ({
  review: rowLoader(batchRead<ReviewRow>(pool, 'review-by-id', byId), ({ id }) => id),
  rating: rowLoader(batchRead<RatingRow>(pool, 'rating', ratings), ({ productId }) => productId),
  reviewsOfProduct: pageLoader(
    async (productIds, { first, after }) => {
      const values = [productIds, after?.[0] ?? null, after?.[1] ?? null, first + 1];
      const { rows } = await pool.query<ReviewRow>({
        name: 'reviews-of-products',
        text: newestOfProducts,
        values,
      });
      return rows;
    },
    ({ productId }) => productId,
  ),
});

/** A page from the rows that `reviewsOfProduct` loaded. */
export const reviewPage = (rows: ReviewRow[], page: Page): Connection<ReviewRow> =>
  connectionOf(rows, page, ({ createdAt, id }) => [createdAt.toISOString(), id]);
