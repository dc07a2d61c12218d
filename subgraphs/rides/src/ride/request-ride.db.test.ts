import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { north, useFleet } from '../testing/fleet.ts';

const { rides, orders, clock, city, rider, driver } = useFleet();

test('a quote becomes a ride of the nearest free driver of its class, at its price', async () => {
  const here = city();
  await driver(north(here, 900), { rideClass: 'ECONOMY' });
  const nearest = await driver(north(here, 400));
  await driver(north(here, 100), { rideClass: 'PREMIUM' });
  await driver(north(here, 50), { status: 'OFFLINE' });
  const ada = rider();

  const { ride, userErrors, replayed } = await ada.request(await ada.quote(here));
  expect([userErrors, replayed]).toEqual([[], false]);
  expect(ride).toMatchObject({
    status: 'ACCEPTED',
    version: 1,
    class: 'ECONOMY',
    fare: { amountMinor: 975, currency: 'EUR' },
    driver: { id: nearest.id, status: 'ON_RIDE', vehicle: { class: 'ECONOMY' } },
    rider: { id: ada.id },
    order: null,
    allowedTransitions: ['CANCELLED_BY_RIDER'],
    timeline: [{ from: null, to: 'ACCEPTED', actor: { id: ada.id } }],
  });
});

test('twenty riders ask at once for five drivers: five rides, five drivers, fifteen refusals', async () => {
  const here = city();
  const drivers = await Promise.all(Array.from({ length: 5 }, (_, i) => driver(north(here, 100 * i))));
  const requests = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const someone = rider();
      return { someone, quoteId: await someone.quote(here) };
    }),
  );
  const answers = await Promise.all(requests.map(({ someone, quoteId }) => someone.request(quoteId)));

  const taken = answers.flatMap(({ ride }) => ride?.driver.id ?? []);
  expect(taken.toSorted()).toEqual(drivers.map(({ id }) => id).toSorted());
  expect(answers.filter(({ userErrors }) => userErrors[0]?.code === 'NO_DRIVERS')).toHaveLength(15);
});

test('one rider asks ten times at once: one ride, and nine refusals that name it', async () => {
  const here = city();
  await Promise.all(Array.from({ length: 10 }, () => driver(here)));
  const ada = rider();
  const quoteId = await ada.quote(here);
  const answers = await Promise.all(Array.from({ length: 10 }, () => ada.request(quoteId)));

  const [won, ...more] = answers.flatMap(({ ride }) => ride ?? []);
  expect(more).toEqual([]);
  for (const { userErrors } of answers.filter(({ ride }) => !ride))
    expect(userErrors).toMatchObject([
      { __typename: 'RideInProgressError', code: 'RIDE_IN_PROGRESS', ride: { id: won.id } },
    ]);
});

test('the same request, sent ten times at once and again after the ride, gets one answer', async () => {
  const here = city();
  await Promise.all([driver(here), driver(here)]);
  const ada = rider();
  const quoteId = await ada.quote(here);
  const idempotencyKey = randomUUID();
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => ada.request(quoteId, { idempotencyKey })),
  );
  expect(new Set(answers.map(({ ride }) => ride.id)).size).toBe(1);
  expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);

  const other = await ada.request(await ada.quote(here), { idempotencyKey });
  expect(other.userErrors).toMatchObject([{ code: 'IDEMPOTENCY_MISMATCH' }]);
  await ada.cancel(answers[0].ride.id);
  const late = await ada.request(quoteId, { idempotencyKey });
  expect(late).toMatchObject({
    replayed: true,
    ride: { id: answers[0].ride.id, status: 'CANCELLED_BY_RIDER' },
  });
});

test('a driver who is reporting their place just now can still be taken', async () => {
  const here = city();
  const { id } = await driver(here);
  const ada = rider();
  const quoteId = await ada.quote(here);
  const reporting = await rides.pool.connect();
  try {
    await reporting.query('BEGIN');
    await reporting.query('UPDATE driver_positions SET sequence = 1 WHERE driver_id = $1', [id]);
    expect((await ada.request(quoteId)).ride).toMatchObject({ driver: { id } });
  } finally {
    await reporting.query('ROLLBACK');
    reporting.release();
  }
});

test('a driver who has a ride is passed over, whatever their status says', async () => {
  const here = city();
  const [ada, bob] = [rider(), rider()];
  const cab = await driver(here);
  await ada.request(await ada.quote(here));
  await rides.pool.query(`UPDATE drivers SET status = 'AVAILABLE' WHERE id = $1`, [cab.id]);
  expect((await bob.request(await bob.quote(here))).userErrors).toMatchObject([{ code: 'NO_DRIVERS' }]);
});

test('drivers do not drive themselves, and nobody comes from 30 km away', async () => {
  const here = city();
  await driver(north(here, 31_000));
  const own = await driver(here);
  const { rideQuotes } = await rides.data(
    `query ($pickup: GeoPointInput!, $dropoff: GeoPointInput!) { rideQuotes(pickup: $pickup, dropoff: $dropoff) { id class } }`,
    { pickup: here, dropoff: north(here, 1_000) },
    own.viewer,
  );
  const { id: quoteId } = rideQuotes.find((quote: { class: string }) => quote.class === 'ECONOMY');
  const { requestRide } = await rides.data(
    'mutation ($input: RequestRideInput!) { requestRide(input: $input) { ride { id } userErrors { __typename code path } } }',
    { input: { quoteId, idempotencyKey: randomUUID() } },
    own.viewer,
  );
  expect(requestRide).toEqual({
    ride: null,
    userErrors: [{ __typename: 'NoDriversError', code: 'NO_DRIVERS', path: ['quoteId'] }],
  });
});

test("an expired quote is refused with its end, another's or an unknown one does not exist", async () => {
  const here = city();
  await driver(here);
  const [ada, bob] = [rider(), rider()];
  const quoteId = await ada.quote(here);
  expect((await bob.request(quoteId)).userErrors).toMatchObject([{ code: 'NOT_FOUND', path: ['quoteId'] }]);
  expect((await bob.request('quote_x')).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
  clock.offsetMs = 5 * 60_000 + 1;
  const { userErrors } = await ada.request(quoteId);
  clock.offsetMs = 0;
  expect(userErrors).toMatchObject([{ __typename: 'QuoteExpiredError', code: 'QUOTE_EXPIRED' }]);
  expect(Date.parse(userErrors[0].expiredAt)).toBeGreaterThan(Date.now());
});

test('an order of your own is delivered once, beside a ride of your own', async () => {
  const here = city();
  await Promise.all(Array.from({ length: 6 }, () => driver(here)));
  const ada = rider();
  const quoteId = await ada.quote(here);
  const orderId = orders.place(ada.id);
  const answers = await Promise.all(Array.from({ length: 4 }, () => ada.request(quoteId, { orderId })));
  const [delivery, ...more] = answers.flatMap(({ ride }) => ride ?? []);
  expect(more).toEqual([]);
  expect(delivery.order).toEqual({ id: orderId });
  expect(answers.filter(({ userErrors }) => userErrors[0]?.code === 'RIDE_IN_PROGRESS')).toHaveLength(3);
  expect((await ada.request(quoteId)).ride).toMatchObject({ order: null });

  await ada.cancel(delivery.id);
  const again = await ada.request(quoteId, { orderId });
  expect(again.ride.order).toEqual({ id: orderId });
  const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Order { delivery { id } } } }`;
  const of = [{ __typename: 'Order', id: orderId }];
  expect(await rides.data(query, { of }, ada.viewer)).toEqual({
    _entities: [{ delivery: { id: again.ride.id } }],
  });
  expect(await rides.data(query, { of }, rider().viewer)).toEqual({ _entities: [{ delivery: null }] });
});

test("others' orders do not exist, those that are not confirmed are refused, and without an answer nothing happens", async () => {
  const here = city();
  const free = await driver(here);
  const ada = rider();
  const quoteId = await ada.quote(here);
  const refusal = async (orderId: string) => (await ada.request(quoteId, { orderId })).userErrors;
  expect(await refusal(orders.place(rider().id))).toMatchObject([{ code: 'NOT_FOUND', path: ['orderId'] }]);
  expect(await refusal('order_none')).toMatchObject([{ code: 'NOT_FOUND', path: ['orderId'] }]);
  expect(await refusal(orders.place(ada.id, 'PENDING'))).toMatchObject([
    { code: 'INVALID', path: ['orderId'] },
  ]);

  const orderId = orders.place(ada.id);
  const idempotencyKey = randomUUID();
  orders.away = true;
  await expect(ada.request(quoteId, { orderId, idempotencyKey })).rejects.toMatchObject({
    extensions: { code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'orders' },
  });
  orders.away = false;
  const { ride, replayed } = await ada.request(quoteId, { orderId, idempotencyKey });
  expect([ride.driver.id, replayed]).toEqual([free.id, false]);
});

test('the database itself refuses a second active ride of a driver, of a rider and of an order', async () => {
  const here = city();
  await Promise.all([driver(here), driver(here)]);
  const [ada, bob] = [rider(), rider()];
  const first = (await ada.request(await ada.quote(here), { orderId: orders.place(ada.id) })).ride;
  const second = (await bob.request(await bob.quote(here))).ride;
  const copy = (changes: string) =>
    rides.pool.query(
      `INSERT INTO rides SELECT (r).* FROM (
         SELECT jsonb_populate_record(rides, jsonb_build_object('id', 'ride_copy') || $2::jsonb) AS r FROM rides WHERE id = $1
       ) copies`,
      [second.id, changes],
    );
  await expect(copy('{}')).rejects.toThrow('rides_one_active_per');
  await expect(copy(JSON.stringify({ rider_id: 'user_other' }))).rejects.toThrow(
    'rides_one_active_per_driver',
  );
  const elsewhere = await driver(here);
  await expect(copy(JSON.stringify({ driver_id: elsewhere.id }))).rejects.toThrow(
    'rides_one_active_per_rider',
  );
  await expect(copy(JSON.stringify({ driver_id: elsewhere.id, order_id: first.order.id }))).rejects.toThrow(
    'rides_one_live_per_order',
  );
  await expect(
    rides.pool.query(`UPDATE rides SET status = 'COMPLETED' WHERE id = $1`, [second.id]),
  ).rejects.toThrow('completed_when_it_says_so');
});
