import type { OrderStatus } from '@meridian/contracts/orders';
import type { CachedRows } from '@meridian/kernel/cache';
import { batchRead, groupLoader, pageLoader, rowLoader } from '@meridian/kernel/loaders';
import { type Connection, connectionOf, type Page } from '@meridian/kernel/pagination';
import type { Pool } from 'pg';
import type { OrderLineModel, OrderModel } from '../generated/prisma/models.ts';

/** Without `refusals` and `stockDueAt`, which are the business of placing and settling alone. */
export type OrderRow = Omit<OrderModel, 'refusals' | 'stockDueAt' | 'cancelReason'>;
export type OrderLineRow = OrderLineModel;
export type OrderPage = Connection<OrderRow>;
export type OrderPageArguments = Page & { status: readonly OrderStatus[] };

const columns = `o.id, o.number, o.customer_id AS "customerId", o.status, o.currency, o.subtotal_minor AS "subtotalMinor",
  o.total_minor AS "totalMinor", o.placed_at AS "placedAt", o.cancelled_at AS "cancelledAt"`;

const byId = `SELECT ${columns} FROM orders o WHERE o.id = ANY($1)`;
const linesByOrder = `
  SELECT order_id AS "orderId", position, variant_id AS "variantId", sku, product_name AS "productName",
    variant_name AS "variantName", quantity, unit_price_minor AS "unitPriceMinor", currency
  FROM order_lines WHERE order_id = ANY($1) ORDER BY order_id, position`;
/** The same page of the orders of many customers in one statement. */
const newestOfCustomers = `
  SELECT ${columns}
  FROM unnest($1::text[]) AS wanted(id)
  CROSS JOIN LATERAL (
    SELECT * FROM orders
    WHERE customer_id = wanted.id AND status = ANY($2::order_status[])
      AND ($3::timestamptz IS NULL OR (placed_at, id) < ($3, $4))
    ORDER BY placed_at DESC, id DESC
    LIMIT $5
  ) o`;

export const orderLoaders = (pool: Pool, cache: CachedRows<OrderRow>) => ({
  order: rowLoader(batchRead<OrderRow>(pool, 'order-by-id', byId), ({ id }) => id, cache),
  linesOfOrder: groupLoader(
    batchRead<OrderLineRow>(pool, 'lines-of-orders', linesByOrder),
    ({ orderId }) => orderId,
  ),
  ordersOfCustomer: pageLoader(
    async (customerIds, { first, after, status }: OrderPageArguments) => {
      const values = [customerIds, status, after?.[0] ?? null, after?.[1] ?? null, first + 1];
      const { rows } = await pool.query<OrderRow>({
        name: 'orders-of-customers',
        text: newestOfCustomers,
        values,
      });
      return rows;
    },
    ({ customerId }) => customerId,
  ),
});

/** A page from the rows that `ordersOfCustomer` loaded. */
export const orderPage = (rows: OrderRow[], page: Page): OrderPage =>
  connectionOf(rows, page, ({ placedAt, id }) => [placedAt.toISOString(), id]);
