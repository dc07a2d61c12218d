import { tables as catalog } from '@meridian/catalog/tables';
import { upsert } from '@meridian/kernel/bulk';
import { tables as orders } from '@meridian/orders/tables';
import { tables as rides } from '@meridian/rides/tables';
import { tables as users } from '@meridian/users/tables';
import type { Pool } from 'pg';
import { inTransaction } from '../import/transaction.ts';
import type { BySubgraph } from '../subgraph-names.ts';
import { demoData } from './demo-data.ts';
import { orderLineRows, orderRows } from './order-rows.ts';
import { memberRows, organisationRows, personRows } from './people-rows.ts';
import { driverRows, positionRows, rideEventRows, rideRows } from './ride-rows.ts';
import { categoryRows, productRows, reviewRows, variantRows } from './shop-rows.ts';
import { demoViewers } from './viewers.ts';

export type DemoSummary = Record<'people' | 'products' | 'reviews' | 'orders' | 'drivers' | 'rides', number>;

type Options = {
  /** The instant that the data leads up to. */
  now: Date;
  /** Hears of each part before it is written. */
  onProgress?: (part: string) => void;
};

/** Whether the demo data is in. The people are written last, so that a load that was killed does not count. */
export async function hasData({ users: pool }: Pick<BySubgraph<Pool>, 'users'>): Promise<boolean> {
  const ids = demoViewers.map(({ userId }) => userId);
  const { rowCount } = await pool.query('SELECT FROM users WHERE id = ANY($1)', [ids]);
  return rowCount === ids.length;
}

/** Writes the demo data, once and for all: rows that people have changed since would be changed back. */
export async function loadDemoData(
  pools: BySubgraph<Pool>,
  { now, onProgress }: Options,
): Promise<DemoSummary> {
  const data = demoData(now);

  onProgress?.('the shop');
  await upsert(pools.catalog, catalog.categories, categoryRows(data.categories));
  await upsert(pools.catalog, catalog.products, productRows(data.products));
  await upsert(pools.catalog, catalog.variants, variantRows(data.products));
  await upsert(pools.catalog, catalog.reviews, reviewRows(data.reviews));

  onProgress?.('orders');
  await upsert(pools.orders, orders.orders, orderRows(data.orders));
  await upsert(pools.orders, orders.orderLines, orderLineRows(data.orders));

  onProgress?.('rides');
  await upsert(pools.rides, rides.drivers, driverRows(data.drivers));
  await upsert(pools.rides, rides.driverPositions, positionRows(data.drivers, data.rides, now));
  await upsert(pools.rides, rides.rides, rideRows(data.rides));
  await upsert(pools.rides, rides.rideEvents, rideEventRows(data.rides));

  onProgress?.('people');
  await inTransaction(pools.users, async (tx) => {
    await upsert(tx, users.users, personRows(data.people));
    await upsert(tx, users.organisations, organisationRows(now));
    await upsert(tx, users.organisationMembers, memberRows(now));
  });
  return {
    people: data.people.length,
    products: data.products.length,
    reviews: data.reviews.length,
    orders: data.orders.length,
    drivers: data.drivers.length,
    rides: data.rides.length,
  };
}
