import { randomUUID } from 'node:crypto';
import { upsert } from '@meridian/kernel/bulk';
import { viewer } from '@meridian/testkit/viewers';
import { expect, test } from 'vitest';
import { tables } from '../tables.ts';
import { rideRow, useFleet } from '../testing/fleet.ts';

const { rides, city, rider, driver } = useFleet();

/** A rider who is waiting for a driver. */
async function waiting() {
  const here = city();
  const cab = await driver(here);
  const ada = rider();
  const { ride } = await ada.request(await ada.quote(here));
  return { here, cab, ada, ride };
}

test('a driver takes a ride to its end and is free for the next one', async () => {
  const { here, cab, ada, ride: accepted } = await waiting();
  const { ride: arrived } = await cab.advance(accepted, 'ARRIVED');
  expect(arrived.allowedTransitions).toEqual(['IN_PROGRESS', 'CANCELLED_BY_DRIVER']);
  const { ride: started } = await cab.advance(arrived, 'IN_PROGRESS');
  const { ride, userErrors } = await cab.advance(started, 'COMPLETED');
  expect(userErrors).toEqual([]);
  expect(ride).toMatchObject({
    status: 'COMPLETED',
    version: 4,
    completedAt: expect.any(String),
    cancelledAt: null,
    allowedTransitions: [],
    driver: { status: 'AVAILABLE' },
    timeline: [
      { from: null, to: 'ACCEPTED', actor: { id: ada.id } },
      { from: 'ACCEPTED', to: 'ARRIVED', actor: { id: cab.userId } },
      { from: 'ARRIVED', to: 'IN_PROGRESS' },
      { from: 'IN_PROGRESS', to: 'COMPLETED' },
    ],
  });
  const next = await ada.request(await ada.quote(here));
  expect(next.ride.driver.id).toBe(cab.id);
});

test('two steps at once from the same version: one is made, the other is stale', async () => {
  const { cab, ride } = await waiting();
  const answers = await Promise.all([cab.advance(ride, 'ARRIVED'), cab.advance(ride, 'ARRIVED')]);
  expect(answers.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
  expect(answers.find(({ userErrors }) => userErrors.length > 0)).toMatchObject({
    ride: { status: 'ARRIVED', version: 2 },
    userErrors: [{ __typename: 'StaleVersionError', code: 'STALE_VERSION', currentVersion: 2 }],
  });
});

test('rider and driver race, one to call it off and one to start: the ride ends in one way', async () => {
  for (let round = 0; round < 5; round++) {
    const { cab, ada, ride } = await waiting();
    const { ride: arrived } = await cab.advance(ride, 'ARRIVED');
    const [started, cancelled] = await Promise.all([
      cab.advance(arrived, 'IN_PROGRESS'),
      ada.cancel(ride.id),
    ]);
    expect([started, cancelled].filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
    const { rows } = await rides.pool.query(
      `SELECT r.status, d.status AS driver, (SELECT count(*)::int FROM ride_events e WHERE e.ride_id = r.id) AS steps
       FROM rides r JOIN drivers d ON d.id = r.driver_id WHERE r.id = $1`,
      [ride.id],
    );
    expect([
      { status: 'IN_PROGRESS', driver: 'ON_RIDE', steps: 3 },
      { status: 'CANCELLED_BY_RIDER', driver: 'AVAILABLE', steps: 3 },
    ]).toContainEqual(rows[0]);
  }
});

test('what the table does not list is refused, with what it does list', async () => {
  const { cab, ada, ride } = await waiting();
  expect((await cab.advance(ride, 'COMPLETED')).userErrors).toMatchObject([
    {
      __typename: 'InvalidTransitionError',
      code: 'INVALID_TRANSITION',
      from: 'ACCEPTED',
      allowed: ['ARRIVED', 'CANCELLED_BY_DRIVER'],
    },
  ]);
  expect((await cab.advance(ride, 'CANCELLED_BY_RIDER')).userErrors).toMatchObject([
    { code: 'INVALID_TRANSITION' },
  ]);
  await ada.cancel(ride.id);
  expect((await ada.cancel(ride.id)).userErrors).toMatchObject([
    { code: 'INVALID_TRANSITION', from: 'CANCELLED_BY_RIDER', allowed: [] },
  ]);
});

test('a ride that is called off says by whom and why, and frees the driver', async () => {
  const first = await waiting();
  const byRider = await first.ada.cancel(first.ride.id, '  I walk ');
  expect(byRider.ride).toMatchObject({
    status: 'CANCELLED_BY_RIDER',
    cancelReason: 'I walk',
    cancelledAt: expect.any(String),
    completedAt: null,
    driver: { status: 'AVAILABLE' },
  });
  const second = await waiting();
  const byDriver = await second.cab.advance(second.ride, 'CANCELLED_BY_DRIVER', { reason: 'flat tyre' });
  expect(byDriver.ride).toMatchObject({ status: 'CANCELLED_BY_DRIVER', cancelReason: 'flat tyre' });
  const third = await waiting();
  expect((await third.ada.cancel(third.ride.id, 'x'.repeat(501))).userErrors).toMatchObject([
    { code: 'INVALID', path: ['reason'] },
  ]);
});

test('a driver who was suspended during the ride stays suspended after it', async () => {
  const { cab, ada, ride } = await waiting();
  await rides.pool.query(`UPDATE drivers SET status = 'SUSPENDED' WHERE id = $1`, [cab.id]);
  expect((await ada.cancel(ride.id)).ride.driver.status).toBe('SUSPENDED');
});

test('a step that is sent again gets the first answer, and another one under its key is refused', async () => {
  const { cab, ride } = await waiting();
  const idempotencyKey = randomUUID();
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => cab.advance(ride, 'ARRIVED', { idempotencyKey })),
  );
  for (const { ride: now, userErrors } of answers)
    expect([now.status, now.version, userErrors]).toEqual(['ARRIVED', 2, []]);
  expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
  const other = await cab.advance(ride, 'CANCELLED_BY_DRIVER', { idempotencyKey });
  expect(other.userErrors).toMatchObject([{ code: 'IDEMPOTENCY_MISMATCH' }]);
});

test("others' rides do not exist, for drivers and riders alike, and driving needs the scope", async () => {
  const { here, cab, ada, ride } = await waiting();
  const stranger = await driver(here);
  const unknown = [{ code: 'NOT_FOUND', path: ['rideId'] }];
  expect(await stranger.advance(ride, 'ARRIVED')).toMatchObject({ ride: null, userErrors: unknown });
  expect(await rider().cancel(ride.id)).toMatchObject({ ride: null, userErrors: unknown });
  expect(await cab.advance({ id: 'ride_none', version: 1 }, 'ARRIVED')).toMatchObject({
    userErrors: unknown,
  });

  const advance = `mutation ($input: AdvanceRideInput!) { advanceRide(input: $input) { replayed } }`;
  const input = { rideId: ride.id, to: 'ARRIVED', expectedVersion: 1, idempotencyKey: randomUUID() };
  await expect(rides.data(advance, { input }, ada.viewer)).rejects.toMatchObject({
    extensions: { code: 'FORBIDDEN', requires: 'driver' },
  });
  await expect(rides.data(advance, { input })).rejects.toMatchObject({
    extensions: { code: 'UNAUTHENTICATED' },
  });
  // A rider who happens to drive for others does not drive themselves.
  const riderWhoDrives = viewer(ada.id, ['driver']);
  const { advanceRide } = await rides.data(
    'mutation ($input: AdvanceRideInput!) { advanceRide(input: $input) { userErrors { code } } }',
    { input: { ...input, idempotencyKey: randomUUID() } },
    riderWhoDrives,
  );
  expect(advanceRide.userErrors).toEqual([{ code: 'NOT_FOUND' }]);
});

test('a ride and a driver that were cached are read anew after a step', async () => {
  const cab = await driver(city());
  const ada = rider();
  await rides.pool.query(`UPDATE drivers SET status = 'ON_RIDE' WHERE id = $1`, [cab.id]);
  const row = rideRow(ada.id, cab.id, { status: 'ACCEPTED', version: 1, completed_at: null });
  await upsert(rides.pool, tables.rides, [row]);
  const read = async () =>
    (
      await rides.data(
        'query ($id: ID!) { ride(id: $id) { status driver { status } } }',
        { id: row.id },
        ada.viewer,
      )
    ).ride;
  expect(await read()).toEqual({ status: 'ACCEPTED', driver: { status: 'ON_RIDE' } });
  expect((await ada.cancel(row.id)).ride).toMatchObject({
    status: 'CANCELLED_BY_RIDER',
    driver: { status: 'AVAILABLE' },
  });
  expect(await read()).toEqual({ status: 'CANCELLED_BY_RIDER', driver: { status: 'AVAILABLE' } });
});

test('two steps in one operation each show the ride as it was after them', async () => {
  const { cab, ride } = await waiting();
  const input = (to: string, expectedVersion: number) => ({
    rideId: ride.id,
    to,
    expectedVersion,
    idempotencyKey: randomUUID(),
  });
  const answer = await rides.data(
    `mutation ($one: AdvanceRideInput!, $two: AdvanceRideInput!, $three: AdvanceRideInput!) {
      one: advanceRide(input: $one) { ride { status } }
      two: advanceRide(input: $two) { ride { status } }
      three: advanceRide(input: $three) { ride { status driver { status } } }
    }`,
    { one: input('ARRIVED', 1), two: input('IN_PROGRESS', 2), three: input('COMPLETED', 3) },
    cab.viewer,
  );
  expect(answer).toEqual({
    one: { ride: { status: 'ARRIVED' } },
    two: { ride: { status: 'IN_PROGRESS' } },
    three: { ride: { status: 'COMPLETED', driver: { status: 'AVAILABLE' } } },
  });
});
