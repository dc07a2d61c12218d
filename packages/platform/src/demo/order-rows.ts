import type { RowOf } from '@meridian/kernel/bulk';
import type { tables } from '@meridian/orders/tables';
import type { Order } from './orders.ts';

export const orderRows = (orders: readonly Order[]): RowOf<(typeof tables)['orders']>[] =>
  orders.map(({ id, number, customerId, status, placedAt, cancelledAt, lines }) => {
    const total = lines.reduce(
      (sum, { variant, quantity }) => sum + variant.priceMinor * BigInt(quantity),
      0n,
    );
    return {
      id,
      number,
      customer_id: customerId,
      status,
      currency: 'EUR',
      subtotal_minor: total,
      total_minor: total,
      placed_at: placedAt,
      cancelled_at: cancelledAt,
      cancel_reason: cancelledAt ? 'changed my mind' : null,
    };
  });

export const orderLineRows = (orders: readonly Order[]): RowOf<(typeof tables)['orderLines']>[] =>
  orders.flatMap(({ id, lines }) =>
    lines.map(({ variant, quantity }, i) => ({
      order_id: id,
      position: i + 1,
      variant_id: variant.id,
      sku: variant.sku,
      product_name: variant.productName,
      variant_name: variant.name,
      quantity,
      unit_price_minor: variant.priceMinor,
      currency: 'EUR',
    })),
  );
