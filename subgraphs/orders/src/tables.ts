import { table } from '@meridian/kernel/bulk';

/** What imports and demo data fill, parents first. Filled past the use cases: nothing is told to subscribers. */
export const tables = {
  orders: table('orders', ['id'], {
    id: 'text',
    number: 'text',
    customer_id: 'text',
    status: 'enum order_status',
    currency: 'text',
    subtotal_minor: 'bigint',
    total_minor: 'bigint',
    placed_at: 'timestamptz',
    cancelled_at: 'timestamptz?',
    cancel_reason: 'text?',
  }),
  orderLines: table('order_lines', ['order_id', 'position'], {
    order_id: 'text',
    position: 'int',
    variant_id: 'text',
    sku: 'text',
    product_name: 'text',
    variant_name: 'text',
    quantity: 'int',
    unit_price_minor: 'bigint',
    currency: 'text',
  }),
  carts: table('carts', ['id'], {
    id: 'text',
    owner_id: 'text',
    created_at: 'timestamptz',
  }),
  cartLines: table('cart_lines', ['cart_id', 'variant_id'], {
    cart_id: 'text',
    variant_id: 'text',
    sku: 'text',
    product_name: 'text',
    variant_name: 'text',
    quantity: 'int',
    unit_price_minor: 'bigint',
    currency: 'text',
    price_version: 'int',
    added_at: 'timestamptz',
  }),
};
