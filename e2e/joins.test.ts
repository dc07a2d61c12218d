import { randomUUID } from 'node:crypto';
import { demoViewers } from '@meridian/platform/demo/viewers';
import { statementsDuring } from '@meridian/testkit/statements';
import { describe, expect, test } from 'vitest';
import { useMeridian, type Who, ways } from './meridian.ts';

const customer: Who = { subject: demoViewers.find(({ role }) => role === 'CUSTOMER')?.userId ?? '' };

/** One question across all four subgraphs. */
const everything = `query Everything($orders: Int!, $reviews: Int!) {
  viewer {
    displayName
    orders(first: $orders) {
      nodes {
        number status total { formatted }
        lines {
          quantity
          variant { sku product { name category { name } reviews(first: $reviews) { nodes { rating body author { displayName } } } } }
        }
        delivery { status driver { vehicle { model } user { displayName } } }
      }
    }
  }
}`;

describe.each(ways)('as %s', (way) => {
  const meridian = useMeridian(way);

  test('one query goes from the viewer to orders, products, reviews, authors, and the delivering ride and its driver', async () => {
    const { viewer } = await meridian.data(everything, { orders: 10, reviews: 3 }, customer);
    const { nodes } = viewer.orders;
    expect(nodes.length).toBeGreaterThan(2);
    const lines = nodes.flatMap((order: { lines: unknown[] }) => order.lines);
    const reviews = lines.flatMap((line: any) => line.variant.product.reviews.nodes);
    expect(reviews.length).toBeGreaterThan(0);
    for (const review of reviews) expect(review.author.displayName).toEqual(expect.any(String));
    const delivered = nodes.find((order: { delivery: unknown }) => order.delivery);
    expect(delivered.delivery.driver).toMatchObject({
      vehicle: { model: expect.any(String) },
      user: { displayName: expect.any(String) },
    });
  });

  test('any entity of any subgraph is found by its id alone', async () => {
    const ids = await Promise.all(
      (
        [
          ['users', 'users', 'User'],
          ['catalog', 'categories', 'Category'],
          ['catalog', 'products', 'Product'],
          ['catalog', 'product_variants', 'ProductVariant'],
          ['catalog', 'reviews', 'Review'],
          ['rides', 'drivers', 'Driver'],
        ] as const
      ).map(async ([subgraph, table, type]) => {
        const { rows } = await meridian.pools[subgraph].query(`SELECT id FROM ${table} ORDER BY id LIMIT 1`);
        return [rows[0].id as string, type] as const;
      }),
    );
    const variant = ids.find(([, type]) => type === 'ProductVariant')?.[0];
    await meridian.data(
      'mutation ($input: CartLinesAddInput!) { cartLinesAdd(input: $input) { cart { id } } }',
      { input: { lines: [{ variantId: variant, quantity: 1 }], idempotencyKey: randomUUID() } },
      customer,
    );
    const { viewer } = await meridian.data(
      '{ viewer { cart { id } orders { nodes { id delivery { id } } } } }',
      {},
      customer,
    );
    const { nodes } = viewer.orders;
    const own = [
      [viewer.cart.id, 'Cart'],
      [nodes[0].id, 'Order'],
      [nodes.find((order: { delivery: unknown }) => order.delivery).delivery.id, 'Ride'],
    ];
    for (const [id, type] of [...ids, ...own]) {
      const { node } = await meridian.data(
        `query ($id: ID!) { node(id: $id) { __typename id
          ... on User { displayName } ... on Category { name } ... on Product { name } ... on ProductVariant { sku }
          ... on Review { rating } ... on Cart { totalQuantity } ... on Order { number }
          ... on Driver { status } ... on Ride { version } } }`,
        { id },
        customer,
      );
      expect(node).toMatchObject({ __typename: type, id });
      expect(Object.keys(node)).toHaveLength(3);
    }
    expect(await meridian.data('{ node(id: "nothing_known") { id } }')).toEqual({ node: null });
  });

  test('one viewer never gets what another asked for, whatever is cached or shared', async () => {
    const { rows } = await meridian.pools.users.query('SELECT id FROM users ORDER BY id LIMIT 20');
    const query = 'query ($id: ID!) { viewer { id email } user(id: $id) { id email } }';
    const answers = await Promise.all(
      rows.map(({ id }, i) => meridian.data(query, { id: rows[(i + 1) % rows.length].id }, { subject: id })),
    );
    for (const [i, { viewer, user }] of answers.entries()) {
      expect(viewer.id).toBe(rows[i].id);
      expect(viewer.email).toEqual(expect.any(String));
      expect(user.email).toBeNull();
    }
  });

  test('an error names code and subgraph, costs only its own field, and carries nothing internal', async () => {
    const { data, errors } = await meridian.ask(
      '{ order(id: "order_x") { id } categories { name } viewer { id } }',
    );
    expect(data.categories.length).toBeGreaterThan(0);
    expect(data.order).toBeNull();
    expect(errors).toMatchObject([
      { path: ['order'], extensions: { code: 'UNAUTHENTICATED', subgraph: 'orders' } },
    ]);
    expect(JSON.stringify(errors)).not.toMatch(/stack|node_modules|\.ts:/);
  });
});

describe('in one process', () => {
  const meridian = useMeridian('one process');

  test('the query across all subgraphs costs a number of SQL statements that does not grow with the page', async () => {
    const count = async (orders: number) =>
      (await statementsDuring(() => meridian.data(everything, { orders, reviews: 5 }, customer))).length;
    const few = await count(2);
    const many = await count(50);
    expect(few).toBeGreaterThan(5);
    expect(many).toBeLessThanOrEqual(few);
  });
});
