import type { Pool } from 'pg';
import { driverLoaders } from './driver/driver.loaders.ts';
import { positionLoaders } from './driver/position.loaders.ts';
import { quoteLoaders } from './quote/quote.loaders.ts';
import { rideLoaders } from './ride/ride.loaders.ts';
import type { Rows } from './rows.ts';

export type Loaders = ReturnType<typeof createLoaders>;

/** All batch reads of one operation. */
export const createLoaders = (pool: Pool, rows: Rows) => ({
  ...driverLoaders(pool, rows.drivers),
  ...positionLoaders(pool),
  ...quoteLoaders(pool),
  ...rideLoaders(pool, rows.rides),
});
