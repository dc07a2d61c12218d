import type { Pool } from 'pg';
import { cartLoaders } from './cart/cart.loaders.ts';
import { orderLoaders } from './order/order.loaders.ts';
import type { Rows } from './rows.ts';

export type Loaders = ReturnType<typeof createLoaders>;

/** All batch reads of one operation. */
export const createLoaders = (pool: Pool, rows: Rows) => ({
  ...cartLoaders(pool),
  ...orderLoaders(pool, rows.orders),
});
