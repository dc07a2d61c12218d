import { badInput } from '@meridian/kernel/errors';
import { type Connection, connectionOf, pageOf } from '@meridian/kernel/pagination';
import type { Pool } from 'pg';
import type { ProductFilter, ProductSort, QueryProductsArgs } from '../generated/graphql.ts';
import { type ProductRow, productColumns } from './product.loaders.ts';

type ListedProduct = ProductRow & { sortValue: string };

/** A page, and how many match in all, counted only when asked. */
export type ProductPage = Connection<ListedProduct> & { totalCount: () => Promise<number> };

/** Sort values are compared as the database orders them; a product without a variant comes last when sorted by price. */
const sorts: Record<ProductSort, { value: string; type: string; direction: 'ASC' | 'DESC' }> = {
  NAME: { value: 'p.name', type: 'text', direction: 'ASC' },
  NEWEST: { value: 'p.created_at', type: 'timestamptz', direction: 'DESC' },
  PRICE_ASC: { value: cheapestOr(Number.MAX_SAFE_INTEGER), type: 'bigint', direction: 'ASC' },
  PRICE_DESC: { value: cheapestOr(-1), type: 'bigint', direction: 'DESC' },
};

function cheapestOr(none: number): string {
  return `COALESCE((SELECT min(v.price_minor) FROM product_variants v WHERE v.product_id = p.id), ${none})`;
}

/** The conditions that `values` fill in; what is null does not narrow. */
const matching = `
  ($1::text IS NULL OR p.category_id IN (
    WITH RECURSIVE below AS (
      SELECT id FROM categories WHERE id = $1
      UNION ALL
      SELECT c.id FROM categories c JOIN below ON c.parent_id = below.id
    ) SELECT id FROM below))
  AND ($2::text IS NULL OR strpos(lower(p.name), lower($2)) > 0)
  AND ($3::text IS NULL OR EXISTS (
    SELECT FROM product_variants v WHERE v.product_id = p.id AND v.currency = $3
      AND v.price_minor >= COALESCE($4::bigint, 0) AND ($5::bigint IS NULL OR v.price_minor <= $5)))
  AND ($6::boolean IS NULL OR $6 = EXISTS (
    SELECT FROM product_variants v WHERE v.product_id = p.id AND v.on_hand > 0))`;

/**
 * A page of the products that match, by keyset: a page costs the same wherever it stands.
 * @throws BAD_USER_INPUT for a bad page, or price limits without a currency
 */
export async function listProducts(pool: Pool, args: Partial<QueryProductsArgs>): Promise<ProductPage> {
  const page = pageOf(args, 2);
  const values = valuesOf(args.filter ?? {});
  const { value, type, direction } = sorts[args.sort ?? 'NEWEST'];
  const beyond = direction === 'ASC' ? '>' : '<';

  const { rows } = await pool.query<ListedProduct>(
    `SELECT ${productColumns}, (${value})::text AS "sortValue"
     FROM products p
     WHERE ${matching} AND ($7::text IS NULL OR (${value}, p.id) ${beyond} ($7::text::${type}, $8))
     ORDER BY ${value} ${direction}, p.id ${direction}
     LIMIT $9`,
    [...values, page.after?.[0] ?? null, page.after?.[1] ?? null, page.first + 1],
  );
  return {
    ...connectionOf(rows, page, ({ sortValue, id }) => [sortValue, id]),
    totalCount: async () => {
      const counted = await pool.query<{ count: bigint }>(
        `SELECT count(*) FROM products p WHERE ${matching}`,
        values,
      );
      return Number(counted.rows[0]?.count ?? 0);
    },
  };
}

function valuesOf({
  categoryId,
  nameContains,
  currency,
  priceMinMinor,
  priceMaxMinor,
  inStock,
}: ProductFilter) {
  if ((priceMinMinor != null || priceMaxMinor != null) && currency == null)
    throw badInput('Price limits need a currency: give `currency` too', 'filter');
  return [categoryId, nameContains, currency, priceMinMinor, priceMaxMinor, inStock].map(
    (value) => value ?? null,
  );
}
