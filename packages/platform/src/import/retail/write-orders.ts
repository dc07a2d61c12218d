import { upsert } from '@meridian/kernel/bulk';
import { tables } from '@meridian/orders/tables';
import type { PoolClient } from 'pg';
import type { Pools } from '../dataset.ts';
import { inTransaction } from '../transaction.ts';
import { headOf, type InvoicePart, soldLines } from './invoices.ts';
import { isCancellation, type SoldLine } from './judge-row.rules.ts';
import { retailIds } from './retail-ids.ts';
import type { RetailRow } from './retail-row.ts';
import { accountName, nameOf, type RetailSurvey } from './survey.ts';

/**
 * Invoices as delivered orders, cancellations as cancelled orders of their own, whose lines say what came back: the file
 * does not tell which invoice they take back, and in part at that. Invoices without a line that is kept leave nothing.
 * @returns rows changed
 */
export async function writeOrders(
  pools: Pools,
  parts: readonly InvoicePart[],
  survey: RetailSurvey,
): Promise<number> {
  const invoices = wholeInvoices(parts, survey.laterParts)
    .map((rows) => ({ ...headOf(rows), lines: soldLines(rows) }))
    .filter(({ lines }) => lines.length > 0);
  const orders = invoices.map(orderRow);
  const lines = invoices.flatMap(({ invoice, lines }) =>
    lines.map((line, i) => lineRow(invoice, i + 1, line, survey)),
  );
  const counts = invoices.map(({ lines }) => lines.length);

  return inTransaction(pools.orders, async (client) => {
    const ids = orders.map(({ id }) => id);
    const { rows: known } = await client.query<{ id: string }>('SELECT id FROM orders WHERE id = ANY($1)', [
      ids,
    ]);
    const inOrders = await upsert(client, tables.orders, orders);
    const inLines = await upsert(client, tables.orderLines, lines);
    const removed = known.length > 0 ? await removeLinesBeyond(client, ids, counts) : 0;
    return inOrders + inLines + removed;
  });
}

/**
 * A corrected file may know fewer lines of an invoice than the one before. Only asked for orders that were there: in a table
 * that grows without being analysed, the planner reads all of it for this. @returns how many lines were removed
 */
async function removeLinesBeyond(
  client: PoolClient,
  orderIds: readonly string[],
  counts: readonly number[],
): Promise<number> {
  const { rowCount } = await client.query(
    `DELETE FROM order_lines l USING unnest($1::text[], $2::int[]) AS o(id, lines)
      WHERE l.order_id = o.id AND l.position > o.lines`,
    [orderIds, counts],
  );
  return rowCount ?? 0;
}

type Rows = InvoicePart['rows'];

/** An invoice is written whole where its first part stands. */
function wholeInvoices(parts: readonly InvoicePart[], laterParts: RetailSurvey['laterParts']): Rows[] {
  return parts.flatMap(({ invoice, rows, firstLine }) => {
    const later = laterParts.get(invoice) ?? [];
    if (later.some((part) => part.firstLine === firstLine)) return [];
    const [first, ...rest] = rows;
    const whole: Rows = [first, ...rest, ...later.flatMap((part) => part.rows)];
    return [whole];
  });
}

type Invoice = ReturnType<typeof headOf> & { lines: readonly SoldLine[] };

function orderRow({ invoice, at, customer, country, lines }: Invoice) {
  const cancelled = isCancellation(invoice);
  const total = lines.reduce(
    (sum, { quantity, unitPriceMinor }) => sum + BigInt(quantity) * unitPriceMinor,
    0n,
  );
  return {
    id: retailIds.order(invoice),
    number: orderNumber(invoice),
    customer_id: retailIds.user(accountName({ customer, country })),
    status: cancelled ? 'CANCELLED' : 'DELIVERED',
    currency: 'GBP',
    subtotal_minor: total,
    total_minor: total,
    placed_at: at,
    cancelled_at: cancelled ? at : null,
    cancel_reason: cancelled ? 'goods taken back' : null,
  };
}

/** Apart from the numbers that the shop gives itself. */
const orderNumber = (invoice: RetailRow['invoice']): string => `R-${invoice}`;

function lineRow(
  invoice: string,
  position: number,
  { sku, name, quantity, unitPriceMinor }: SoldLine,
  survey: RetailSurvey,
) {
  const product = survey.products.get(sku);
  return {
    order_id: retailIds.order(invoice),
    position,
    variant_id: retailIds.variant(sku),
    sku,
    product_name: name ?? (product ? nameOf(sku, product) : sku),
    variant_name: 'Standard',
    quantity,
    unit_price_minor: unitPriceMinor,
    currency: 'GBP',
  };
}
