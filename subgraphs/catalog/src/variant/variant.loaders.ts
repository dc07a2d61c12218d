import type { CachedRows } from '@meridian/kernel/cache';
import { batchRead, groupLoader, rowLoader } from '@meridian/kernel/loaders';
import type { Pool } from 'pg';
import type { ProductVariantModel } from '../generated/prisma/models.ts';

export type VariantRow = ProductVariantModel;
export type PriceRangeRow = { productId: string; minMinor: bigint; maxMinor: bigint; currency: string };

const columns = `id, product_id AS "productId", sku, name, price_minor AS "priceMinor", currency,
  price_version AS "priceVersion", weight_grams AS "weightGrams", on_hand AS "onHand", stock_version AS "stockVersion"`;

const byId = `SELECT ${columns} FROM product_variants WHERE id = ANY($1)`;
const bySku = `SELECT ${columns} FROM product_variants WHERE sku = ANY($1)`;
const byProduct = `SELECT ${columns} FROM product_variants WHERE product_id = ANY($1) ORDER BY price_minor, id`;
/** Prices of different currencies do not compare: the currency with the most variants counts. */
const priceRanges = `
  SELECT DISTINCT ON (product_id) product_id AS "productId", currency,
    min(price_minor) AS "minMinor", max(price_minor) AS "maxMinor"
  FROM product_variants WHERE product_id = ANY($1)
  GROUP BY product_id, currency
  ORDER BY product_id, count(*) DESC, currency`;

export const variantLoaders = (pool: Pool, cache: CachedRows<VariantRow>) => ({
  variant: rowLoader(batchRead<VariantRow>(pool, 'variant-by-id', byId), ({ id }) => id, cache),
  variantBySku: rowLoader(batchRead<VariantRow>(pool, 'variant-by-sku', bySku), ({ sku }) => sku),
  variantsOfProduct: groupLoader(
    batchRead<VariantRow>(pool, 'variant-by-product', byProduct),
    ({ productId }) => productId,
  ),
  priceRange: rowLoader(
    batchRead<PriceRangeRow>(pool, 'price-range', priceRanges),
    ({ productId }) => productId,
  ),
});
