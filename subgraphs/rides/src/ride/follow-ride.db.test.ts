import { encodeCursor } from '@meridian/kernel/event-log/position';
import { viewer } from '@meridian/testkit/viewers';
import { expect, test } from 'vitest';
import { north, useFleet } from '../testing/fleet.ts';

const { rides, city, rider, driver } = useFleet();
const rideUpdated =
  'subscription ($id: ID!) { rideUpdated(rideId: $id) { to version ride { driver { status } } } }';
const driverLocation =
  'subscription ($id: ID!) { driverLocation(rideId: $id) { sequence point { latitude longitude } recordedAt } }';

async function waiting() {
  const here = city();
  const cab = await driver(here);
  const ada = rider();
  const { ride } = await ada.request(await ada.quote(here));
  return { here, cab, ada, ride };
}

/** The first item of a stream, brought about by `act`: a stream begins some time after it was asked for an item. */
async function whenListening<Item>(first: Promise<Item>, act: () => Promise<unknown>): Promise<Item> {
  let heard = false;
  const told = first.finally(() => {
    heard = true;
  });
  told.catch(() => undefined);
  while (!heard) await act();
  return told;
}

/** Follows a ride, from the moment on at which the stream is known to hear what is told. */
async function follow(rideId: string, someone: ReturnType<typeof viewer>) {
  const stream = await rides.listen(rideUpdated, { id: rideId }, someone);
  const tellAgain = () =>
    rides.pool.query(
      'INSERT INTO outbox (type, key, data) SELECT type, key, data FROM outbox WHERE key = $1 ORDER BY id LIMIT 1',
      [rideId],
    );
  let frame = await whenListening(stream.next(), tellAgain);
  return {
    async until(status: string) {
      while (frame.value.data.rideUpdated.to !== status) frame = await stream.next();
      return frame.value.data.rideUpdated;
    },
    stop: () => stream.return?.(),
  };
}

test('rider, driver and support hear of every step, with the rows as they are then', async () => {
  const { cab, ada, ride } = await waiting();
  const other = await waiting();
  const support = viewer('user_support', ['rides:read']);
  const followers = await Promise.all(
    [ada.viewer, cab.viewer, support].map((someone) => follow(ride.id, someone)),
  );
  const heard = (status: string) => Promise.all(followers.map((follower) => follower.until(status)));

  await other.cab.advance(other.ride, 'CANCELLED_BY_DRIVER');
  const { ride: arrived } = await cab.advance(ride, 'ARRIVED');
  for (const told of await heard('ARRIVED'))
    expect(told).toEqual({ to: 'ARRIVED', version: 2, ride: { driver: { status: 'ON_RIDE' } } });
  const { ride: started } = await cab.advance(arrived, 'IN_PROGRESS');
  await heard('IN_PROGRESS');
  await cab.advance(started, 'COMPLETED');
  for (const told of await heard('COMPLETED'))
    expect(told).toEqual({ to: 'COMPLETED', version: 4, ride: { driver: { status: 'AVAILABLE' } } });
  await Promise.all(followers.map((follower) => follower.stop()));
});

test('a rider who comes back with a cursor is told each step since, as it was then', async () => {
  const { cab, ada, ride } = await waiting();
  const { ride: arrived } = await cab.advance(ride, 'ARRIVED');
  await cab.advance(arrived, 'IN_PROGRESS');
  const query =
    'subscription ($id: ID!, $after: String) { rideUpdated(rideId: $id, after: $after) { cursor from to version ride { status } } }';
  const steps = async (after: string, count: number) => {
    const stream = await rides.listen(query, { id: ride.id, after }, ada.viewer);
    const told: { cursor: string; from: string | null; to: string; version: number }[] = [];
    while (told.length < count) told.push((await stream.next()).value.data.rideUpdated);
    await stream.return?.();
    return told;
  };
  const all = await steps(encodeCursor('rides.outbox', { xid: 0n, id: 0n }), 3);
  const now = { status: 'IN_PROGRESS' };
  expect(all).toMatchObject([
    { from: null, to: 'ACCEPTED', version: 1, ride: now },
    { from: 'ACCEPTED', to: 'ARRIVED', version: 2, ride: now },
    { from: 'ARRIVED', to: 'IN_PROGRESS', version: 3, ride: now },
  ]);
  expect(await steps(all[1]?.cursor ?? '', 1)).toEqual(all.slice(2));
});

test("others' rides cannot be followed, nor can those that do not exist", async () => {
  const { ride } = await waiting();
  for (const query of [rideUpdated, driverLocation])
    for (const [id, someone] of [
      [ride.id, rider().viewer],
      [ride.id, null],
      ['ride_none', rider().viewer],
    ] as const) {
      const stream = await rides.listen(query, { id }, someone);
      const { value } = await stream.next();
      expect(value.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
      await stream.return?.();
    }
});

test('the rider sees the driver come, newest place first and old ones never, until the ride is over', async () => {
  const { here, cab, ada, ride } = await waiting();
  const stream = await rides.listen(driverLocation, { id: ride.id }, ada.viewer);
  let sequence = 0;
  const at = (n: number) => ({ point: north(here, -n), sequence: n });
  const first = await whenListening(stream.next(), () => cab.report(at(++sequence)));
  expect(first.value.data.driverLocation.sequence).toBeGreaterThan(0);

  // Late and double reports are not told; of what waits for a slow reader only the newest is.
  await cab.report(at(sequence + 5), at(sequence + 7), at(sequence + 6));
  await cab.report(at(sequence + 6));
  await cab.report(at(sequence + 7));
  await cab.report(at(sequence + 9));
  const told: number[] = [];
  while (told.at(-1) !== sequence + 9) told.push((await stream.next()).value.data.driverLocation.sequence);
  expect(told).toEqual([...new Set(told)].toSorted((a, b) => a - b));
  expect(told).not.toContain(sequence + 6);

  const end = stream.next();
  await cab.advance(ride, 'CANCELLED_BY_DRIVER');
  expect((await end).done).toBe(true);
  const afterwards = await rides.listen(driverLocation, { id: ride.id }, ada.viewer);
  expect((await afterwards.next()).done).toBe(true);
});
