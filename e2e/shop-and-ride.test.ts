import { randomUUID } from 'node:crypto';
import { demoViewers } from '@meridian/platform/demo/viewers';
import { eventually } from '@meridian/testkit/eventually';
import { describe, expect, test } from 'vitest';
import { useMeridian, type Who, ways } from './meridian.ts';

const userOf = (role: string) => demoViewers.find((viewer) => viewer.role === role)?.userId ?? '';
const merchant: Who = {
  subject: userOf('MERCHANT_ADMIN'),
  scopes: ['catalog:write', 'inventory:write', 'orders:read'],
};

describe.each(ways)('as %s', (way) => {
  const meridian = useMeridian(way);

  test('browse, buy, see the stock fall, have it delivered and watch the ride, all of it live', async () => {
    // A customer of their own: the demo customer may have a ride under way.
    const { rows } = await meridian.pools.users.query(
      "SELECT id FROM users WHERE 'CUSTOMER' = ANY(roles::text[]) AND id <> $1 ORDER BY id LIMIT 1",
      [userOf('CUSTOMER')],
    );
    const customer: Who = { subject: rows[0].id };

    // Browse.
    const { products } = await meridian.data(`{
      products(filter: { inStock: true }, sort: NAME, first: 3) {
        totalCount
        nodes { name category { name } variants { id sku price { amountMinor currency } availableQuantity shippingEstimate(to: "DE") { currency } } }
      }
    }`);
    expect(products.totalCount).toBeGreaterThan(100);
    const variant = products.nodes
      .flatMap((product: { variants: { availableQuantity: number }[] }) => product.variants)
      .find(({ availableQuantity }: { availableQuantity: number }) => availableQuantity >= 2);
    expect(variant.shippingEstimate).toEqual({ currency: 'EUR' });

    // Listen before anything happens; a subscription is open when its price change has come through.
    const stock = await meridian.listen(
      'subscription ($ids: [ID!]!) { inventoryChanged(variantIds: $ids) { available variant { sku product { name category { name } } } } }',
      { ids: [variant.id] },
    );
    const orders = await meridian.listen(
      'subscription { orderStatusChanged { from to order { number customer { displayName } lines { variant { availableQuantity product { name } } } } } }',
      {},
      customer,
    );
    const adjust = () =>
      meridian.data(
        'mutation ($input: AdjustStockInput!) { adjustStock(input: $input) { variant { availableQuantity } userErrors { message } } }',
        { input: { variantId: variant.id, delta: 1, reason: 'test', idempotencyKey: randomUUID() } },
        merchant,
      );
    const before = await eventually(
      async () => {
        const { adjustStock } = await adjust();
        return stock.all.length > 0 && adjustStock.variant.availableQuantity;
      },
      { every: 50 },
    );

    // Buy.
    const { cartLinesAdd } = await meridian.data(
      `mutation ($input: CartLinesAddInput!) {
        cartLinesAdd(input: $input) { cart { subtotal { amountMinor } lines { quantity variant { sku } } } userErrors { message } }
      }`,
      { input: { lines: [{ variantId: variant.id, quantity: 2 }], idempotencyKey: randomUUID() } },
      customer,
    );
    expect(cartLinesAdd).toEqual({
      cart: {
        subtotal: { amountMinor: 2 * variant.price.amountMinor },
        lines: [{ quantity: 2, variant: { sku: variant.sku } }],
      },
      userErrors: [],
    });
    const order = { input: { idempotencyKey: randomUUID() } };
    const placeOrder = `mutation ($input: PlaceOrderInput!) {
      placeOrder(input: $input) { replayed order { id status total { amountMinor } lines { sku variant { availableQuantity } } } userErrors { code message } }
    }`;
    const { placeOrder: placed } = await meridian.data(placeOrder, order, customer);
    expect(placed).toMatchObject({ replayed: false, order: { status: 'CONFIRMED' }, userErrors: [] });
    expect(placed.order.lines).toEqual([{ sku: variant.sku, variant: { availableQuantity: before - 2 } }]);
    const { placeOrder: again } = await meridian.data(placeOrder, order, customer);
    expect(again).toMatchObject({ replayed: true, order: { id: placed.order.id } });

    // The stock fell and the order was confirmed, live, with what other subgraphs know.
    await eventually(() => stock.all.some(({ data }) => data?.inventoryChanged.available === before - 2));
    expect(stock.all.at(-1)?.data.inventoryChanged.variant).toMatchObject({ sku: variant.sku });
    const confirmed = await eventually(() =>
      orders.all.find(({ data }) => data?.orderStatusChanged.to === 'CONFIRMED'),
    );
    expect(confirmed.errors).toBeUndefined();
    expect(confirmed.data.orderStatusChanged.order.customer.displayName).toEqual(expect.any(String));
    expect(confirmed.data.orderStatusChanged.order.lines[0].variant.product.name).toEqual(expect.any(String));

    // Have it delivered.
    const { rows: places } = await meridian.pools.rides.query(
      "SELECT latitude, longitude FROM drivers JOIN driver_positions ON driver_id = id WHERE status = 'AVAILABLE' AND class = 'COURIER' LIMIT 1",
    );
    const pickup = { latitude: Number(places[0].latitude), longitude: Number(places[0].longitude) };
    const dropoff = { latitude: pickup.latitude + 0.02, longitude: pickup.longitude + 0.02 };
    const { rideQuotes } = await meridian.data(
      'query ($pickup: GeoPointInput!, $dropoff: GeoPointInput!) { rideQuotes(pickup: $pickup, dropoff: $dropoff) { id class total { formatted } distanceMeters } }',
      { pickup, dropoff },
      customer,
    );
    const quote = rideQuotes.find((offer: { class: string }) => offer.class === 'COURIER');
    const { requestRide } = await meridian.data(
      `mutation ($input: RequestRideInput!) {
        requestRide(input: $input) { ride { id status version driver { user { id displayName } } order { number } } userErrors { code message } }
      }`,
      { input: { quoteId: quote.id, orderId: placed.order.id, idempotencyKey: randomUUID() } },
      customer,
    );
    expect(requestRide).toMatchObject({ ride: { status: 'ACCEPTED' }, userErrors: [] });
    const { ride } = requestRide;
    const driver: Who = { subject: ride.driver.user.id, scopes: ['driver'] };

    // Watch it.
    const watched = await meridian.listen(
      'subscription ($id: ID!) { rideUpdated(rideId: $id) { to ride { driver { user { displayName } } order { number customer { displayName } } } } }',
      { id: ride.id },
      customer,
    );
    const moves = await meridian.listen(
      'subscription ($id: ID!) { driverLocation(rideId: $id) { point { latitude longitude } sequence } }',
      { id: ride.id },
      customer,
    );
    let sequence = Date.now();
    await eventually(
      async () => {
        await meridian.data(
          'mutation ($input: [LocationInput!]!) { reportLocations(input: $input) { acceptedThrough userErrors { message } } }',
          { input: [{ point: pickup, recordedAt: new Date().toISOString(), sequence: ++sequence }] },
          driver,
        );
        return moves.all.length > 0;
      },
      { every: 50 },
    );
    expect(moves.all[0]?.data.driverLocation.point.latitude).toBeCloseTo(pickup.latitude, 4);

    let { version } = ride;
    for (const to of ['ARRIVED', 'IN_PROGRESS', 'COMPLETED']) {
      const { advanceRide } = await meridian.data(
        'mutation ($input: AdvanceRideInput!) { advanceRide(input: $input) { ride { status version } userErrors { code message } } }',
        { input: { rideId: ride.id, to, expectedVersion: version, idempotencyKey: randomUUID() } },
        driver,
      );
      expect(advanceRide).toMatchObject({ ride: { status: to }, userErrors: [] });
      version = advanceRide.ride.version;
    }
    await eventually(() => watched.all.some(({ data }) => data?.rideUpdated.to === 'COMPLETED'));
    // The step that committed just before the subscription began may be told as well, never one out of order.
    const told = watched.all.map(({ data }) => data.rideUpdated.to);
    expect(told.filter((status) => status !== 'ACCEPTED')).toEqual(['ARRIVED', 'IN_PROGRESS', 'COMPLETED']);
    expect(told.lastIndexOf('ACCEPTED')).toBeLessThan(told.indexOf('ARRIVED'));
    expect(watched.all.at(-1)?.data.rideUpdated.ride).toMatchObject({
      driver: { user: { displayName: ride.driver.user.displayName } },
      order: { number: ride.order.number, customer: { displayName: expect.any(String) } },
    });
    const { order: delivered } = await meridian.data(
      'query ($id: ID!) { order(id: $id) { delivery { status driver { vehicle { plate } user { displayName } } } } }',
      { id: placed.order.id },
      customer,
    );
    expect(delivered.delivery).toMatchObject({
      status: 'COMPLETED',
      driver: { user: { displayName: ride.driver.user.displayName } },
    });
    // Orders hears of it over the bus.
    await eventually(async () => {
      const { order } = await meridian.data(
        'query ($id: ID!) { order(id: $id) { status } }',
        { id: placed.order.id },
        customer,
      );
      return order.status === 'DELIVERED';
    });
  });

  test('more than there is cannot be bought: refused as data, the cart is kept', async () => {
    const { rows } = await meridian.pools.users.query(
      "SELECT id FROM users WHERE 'CUSTOMER' = ANY(roles::text[]) AND id <> $1 ORDER BY id OFFSET 1 LIMIT 1",
      [userOf('CUSTOMER')],
    );
    const customer: Who = { subject: rows[0].id };
    const { products } = await meridian.data(
      '{ products(filter: { inStock: true }, first: 1) { nodes { variants { id availableQuantity } } } }',
    );
    const [variant] = products.nodes[0].variants;
    await meridian.data(
      'mutation ($input: CartLinesAddInput!) { cartLinesAdd(input: $input) { userErrors { message } } }',
      {
        input: {
          lines: [{ variantId: variant.id, quantity: variant.availableQuantity + 1 }],
          idempotencyKey: randomUUID(),
        },
      },
      customer,
    );
    const { placeOrder } = await meridian.data(
      `mutation ($input: PlaceOrderInput!) {
        placeOrder(input: $input) { order { id } userErrors { code ... on InsufficientStockError { available variant { product { name } } } } }
      }`,
      { input: { idempotencyKey: randomUUID() } },
      customer,
    );
    expect(placeOrder.userErrors).toMatchObject([
      {
        code: 'INSUFFICIENT_STOCK',
        available: variant.availableQuantity,
        variant: { product: { name: expect.any(String) } },
      },
    ]);
    const { viewer } = await meridian.data('{ viewer { cart { totalQuantity } } }', {}, customer);
    expect(viewer.cart.totalQuantity).toBe(variant.availableQuantity + 1);
  });
});
