import { orderStatusChanged } from '@meridian/contracts/orders';
import type { Cache } from '@meridian/kernel/cache';
import type { LoggedEvent } from '@meridian/kernel/event-log/log-table';
import type { OrderRow } from './order/order.loaders.ts';

export type Rows = ReturnType<typeof cachedRows>;

/** What orders caches, by id. Who may see a row is decided anew each time that it is read. */
export const cachedRows = (cache: Cache) => ({
  orders: cache.rows<OrderRow>({ name: 'orders:order:1', ttlSeconds: 60 }),
});

/** Forgets what an event made old, before anyone hears of the event. */
export async function invalidateRows(rows: Rows, { type, key }: LoggedEvent): Promise<void> {
  if (type === orderStatusChanged.type) await rows.orders.invalidate([key]);
}
