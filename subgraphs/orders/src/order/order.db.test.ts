import { deliveryCommandScope } from '@meridian/contracts/orders';
import { newId } from '@meridian/kernel/ids';
import { statementsDuring } from '@meridian/testkit/statements';
import { viewer } from '@meridian/testkit/viewers';
import { expect, test } from 'vitest';
import { useShop } from '../testing/shop.ts';

const { orders, catalog, buyer } = useShop({ recoverEveryMs: 3_600_000 });
const support = viewer('user_support', ['orders:read']);

/** Orders of the past, written past the use cases. */
const history = async (
  customerId: string,
  count: number,
  { status = 'DELIVERED', at = '2026-01-01T00:00:00Z' } = {},
) => {
  const ids = Array.from({ length: count }, () => newId('order'));
  await orders.pool.query(
    `INSERT INTO orders (id, number, customer_id, status, currency, subtotal_minor, total_minor, placed_at, cancelled_at)
     SELECT id, id, $2, $3::order_status, 'EUR', 100, 100, $4::timestamptz + n * interval '1 minute',
       CASE WHEN $3 = 'CANCELLED' THEN now() END
     FROM unnest($1::text[]) WITH ORDINALITY AS o(id, n)`,
    [ids, customerId, status, at],
  );
  await orders.pool.query(
    `INSERT INTO order_lines SELECT id, n, 'variant_' || n, 'SKU', 'Product', 'Variant', n, 50, 'EUR'
     FROM unnest($1::text[]) AS o(id), generate_series(1, 2) AS n`,
    [ids],
  );
  return ids;
};
const users = (ids: string[]) => ({ of: ids.map((id) => ({ __typename: 'User', id })) });
const page = `query ($of: [_Any!]!, $first: Int, $after: String) { _entities(representations: $of) { ... on User {
  cart { lines { quantity } subtotal { amountMinor } }
  orders(first: $first, after: $after) { nodes { id customer { id } subtotal { amountMinor }
    lines { sku lineTotal { formatted } variant { id } } } pageInfo { hasNextPage endCursor } } } } }`;

test('pages go through all orders, newest first, without a gap', async () => {
  const ann = buyer();
  const ids = (await history(ann.id, 7)).toReversed();
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const { _entities } = await orders.data(page, { ...users([ann.id]), first: 3, after }, ann.viewer);
    const { nodes, pageInfo } = _entities[0].orders;
    seen.push(...nodes.map(({ id }: { id: string }) => id));
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after);
  expect(seen).toEqual(ids);
});

test('orders with their lines and carts of many customers cost as many statements as one order of one', async () => {
  const buyers = Array.from({ length: 4 }, buyer);
  for (const one of buyers) await history(one.id, 20);
  await buyers[0]?.add(catalog.sell('counted'));
  const few = await statementsDuring(() =>
    orders.data(page, { ...users([buyers[0]!.id]), first: 1 }, support),
  );
  const many = await statementsDuring(() =>
    orders.data(page, { ...users(buyers.map(({ id }) => id)), first: 20 }, support),
  );
  expect(few).toHaveLength(4);
  expect(many).toHaveLength(4);
});

test('carts and orders are for their buyer, and for who reads orders', async () => {
  const [ann, bob] = [buyer(), buyer()];
  const [id] = await history(ann.id, 1);
  const order = 'query ($id: ID!) { order(id: $id) { id number } }';
  expect((await orders.data(order, { id }, ann.viewer)).order).toMatchObject({ id });
  expect((await orders.data(order, { id }, support)).order).toMatchObject({ id });
  expect((await orders.data(order, { id }, bob.viewer)).order).toBeNull();
  expect((await orders.data(order, { id: newId('order') }, bob.viewer)).order).toBeNull();
  await expect(orders.data(order, { id })).rejects.toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });

  const { data, errors } = await orders.ask(page, { ...users([ann.id]), first: 1 }, bob.viewer);
  expect(data).toEqual({ _entities: [{ cart: null, orders: null }] });
  expect(errors?.map(({ extensions }) => extensions?.['code'])).toEqual(['FORBIDDEN', 'FORBIDDEN']);

  const byReference = 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Order { number } } }';
  const of = [{ __typename: 'Order', id }];
  expect(await orders.data(byReference, { of }, bob.viewer)).toEqual({ _entities: [null] });
  expect(await orders.data(byReference, { of }, ann.viewer)).toEqual({ _entities: [{ number: id }] });
});

test('a delivery learns what it needs, and nobody else does', async () => {
  const [id] = await history('user_of_delivery', 1);
  const query = 'query ($id: ID!) { orderForDelivery(orderId: $id) { orderId customerId status } }';
  const rides = viewer('service:rides', [deliveryCommandScope]);
  expect((await orders.data(query, { id }, rides)).orderForDelivery).toEqual({
    orderId: id,
    customerId: 'user_of_delivery',
    status: 'DELIVERED',
  });
  expect((await orders.data(query, { id: 'none' }, rides)).orderForDelivery).toBeNull();
  await expect(orders.data(query, { id }, support)).rejects.toMatchObject({
    extensions: { code: 'FORBIDDEN' },
  });
});

test('sales are summed by the month in UTC, of orders that came to something', async () => {
  await history('user_sales', 2, { at: '2011-01-31T23:55:00Z' });
  await history('user_sales', 4, { at: '2011-01-31T23:57:00Z' });
  await history('user_sales', 5, { at: '2011-02-03T00:00:00Z', status: 'CANCELLED' });
  const query = `query ($from: DateTime!, $to: DateTime!) { salesByMonth(from: $from, to: $to, currency: "EUR") {
    month orders revenue { amountMinor currency } } }`;
  const range = { from: '2011-01-01T00:00:00Z', to: '2011-03-01T00:00:00Z' };
  // The minutes of the second batch are 23:58, 23:59, 00:00 and 00:01.
  expect((await orders.data(query, range, support)).salesByMonth).toEqual([
    { month: '2011-01', orders: 4, revenue: { amountMinor: 400, currency: 'EUR' } },
    { month: '2011-02', orders: 2, revenue: { amountMinor: 200, currency: 'EUR' } },
  ]);
  await expect(orders.data(query, { from: range.to, to: range.from }, support)).rejects.toMatchObject({
    extensions: { code: 'BAD_USER_INPUT' },
  });
  await expect(orders.data(query, range, buyer().viewer)).rejects.toMatchObject({
    extensions: { code: 'FORBIDDEN' },
  });
});

test('an event of a variant knows its weight from the catalog, and the estimate follows from it', async () => {
  const { _entities } = await orders.data(
    `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ProductVariant {
      de: shippingEstimate(to: "DE") { amountMinor currency } jp: shippingEstimate(to: "JP") { amountMinor } } } }`,
    {
      of: [
        { __typename: 'ProductVariant', id: 'variant_1', weightGrams: 1_200 },
        { __typename: 'ProductVariant', id: 'variant_2', weightGrams: null },
      ],
    },
  );
  expect(_entities).toEqual([
    { de: { amountMinor: 490, currency: 'EUR' }, jp: { amountMinor: 2_490 } },
    { de: null, jp: null },
  ]);
});
