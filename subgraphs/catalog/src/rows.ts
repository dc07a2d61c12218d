import { priceChanged, stockChanged } from '@meridian/contracts/catalog';
import type { Cache } from '@meridian/kernel/cache';
import type { LoggedEvent } from '@meridian/kernel/event-log/log-table';
import type { CategoryRow } from './category/category.loaders.ts';
import type { ProductRow } from './product/product.loaders.ts';
import type { VariantRow } from './variant/variant.loaders.ts';

export type Rows = ReturnType<typeof cachedRows>;

/** What the catalog caches: rows that every viewer may see, by id. */
export const cachedRows = (cache: Cache) => ({
  products: cache.rows<ProductRow>({ name: 'catalog:product:1', ttlSeconds: 300 }),
  categories: cache.rows<CategoryRow>({ name: 'catalog:category:1', ttlSeconds: 300 }),
  variants: cache.rows<VariantRow>({ name: 'catalog:variant:1', ttlSeconds: 60 }),
});

/** Forgets what an event made old, before anyone hears of the event. */
export async function invalidateRows(rows: Rows, { type, key }: LoggedEvent): Promise<void> {
  if (type === priceChanged.type || type === stockChanged.type) await rows.variants.invalidate([key]);
}
