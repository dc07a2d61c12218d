import { randomUUID } from 'node:crypto';
import { type RowOf, upsert } from '@meridian/kernel/bulk';
import { newId } from '@meridian/kernel/ids';
import { type TestSubgraph, useTestSubgraph } from '@meridian/testkit/subgraph';
import { viewer } from '@meridian/testkit/viewers';
import type { Point } from '../geo/distance.rules.ts';
import type { RideClassName } from '../quote/quote.rules.ts';
import { createRides } from '../subgraph.ts';
import { tables } from '../tables.ts';
import { fakeOrders } from './fake-orders.ts';

/** Rides over orders in memory, with a clock that a test moves; riders and drivers act in one word each. */
export function useFleet() {
  const orders = fakeOrders();
  const clock = { offsetMs: 0 };
  const rides = useTestSubgraph({
    name: 'rides',
    create: (dependencies) =>
      createRides({
        ...dependencies,
        orders: orders.transport,
        now: () => new Date(Date.now() + clock.offsetMs),
      }),
  });
  let cities = 0;
  return {
    rides,
    orders,
    clock,
    /** A place of its own for each test: 111 km from the next, out of the reach of its drivers. */
    city: (): Point => ({ latitude: -60 + cities++, longitude: 8 }),
    rider: () => newRider(rides),
    driver: (at: Point, options?: DriverOptions) => newDriver(rides, at, options),
  };
}

/** So many metres to the north. */
export const north = ({ latitude, longitude }: Point, meters: number): Point => ({
  latitude: latitude + meters / 111_195,
  longitude,
});

type RideRow = RowOf<(typeof tables)['rides']>;

/** A ride as an import would write it: done, unless `changes` says otherwise. */
export const rideRow = (riderId: string, driverId: string, changes: Partial<RideRow> = {}): RideRow => ({
  id: newId('ride'),
  rider_id: riderId,
  driver_id: driverId,
  order_id: null,
  status: 'COMPLETED',
  version: 4,
  class: 'ECONOMY',
  pickup_latitude: 1,
  pickup_longitude: 1,
  dropoff_latitude: 1,
  dropoff_longitude: 1.01,
  distance_meters: 1_100,
  fare_minor: 500n,
  currency: 'EUR',
  requested_at: new Date('2026-01-01T00:00:00Z'),
  completed_at: new Date('2026-01-01T01:00:00Z'),
  cancelled_at: null,
  cancel_reason: null,
  ...changes,
});

export const rideFields = `id version status class allowedTransitions cancelReason completedAt cancelledAt
  fare { amountMinor currency } driver { id status vehicle { class } } rider { id } order { id }
  timeline { from to actor { id } }`;
const payload = `{ replayed ride { ${rideFields} } userErrors { __typename code message path
  ... on StaleVersionError { currentVersion } ... on RideInProgressError { ride { id } }
  ... on InvalidTransitionError { from allowed } ... on QuoteExpiredError { expiredAt } } }`;

const mutation = (name: string, type: string) =>
  `mutation ($input: ${type}!) { ${name}(input: $input) ${payload} }`;
const requestRide = mutation('requestRide', 'RequestRideInput');
const cancelRide = mutation('cancelRide', 'CancelRideInput');
const advanceRide = mutation('advanceRide', 'AdvanceRideInput');
const reportLocations = `mutation ($input: [LocationInput!]!) {
  reportLocations(input: $input) { acceptedThrough userErrors { code path } } }`;
const rideQuotes = `query ($pickup: GeoPointInput!, $dropoff: GeoPointInput!) {
  rideQuotes(pickup: $pickup, dropoff: $dropoff) { id class total { amountMinor } } }`;

function newRider(rides: TestSubgraph) {
  const id = newId('user');
  const me = viewer(id);
  return {
    id,
    viewer: me,
    /** The id of a quote from here to 5 km north. */
    async quote(pickup: Point, rideClass: RideClassName = 'ECONOMY'): Promise<string> {
      const answer = await rides.data(rideQuotes, { pickup, dropoff: north(pickup, 5_000) }, me);
      return answer.rideQuotes.find((quote: { class: string }) => quote.class === rideClass).id;
    },
    async request(quoteId: string, more: { orderId?: string; idempotencyKey?: string } = {}) {
      const input = { quoteId, idempotencyKey: randomUUID(), ...more };
      return (await rides.data(requestRide, { input }, me)).requestRide;
    },
    async cancel(rideId: string, reason = 'I walk', idempotencyKey: string = randomUUID()) {
      return (await rides.data(cancelRide, { input: { rideId, reason, idempotencyKey } }, me)).cancelRide;
    },
  };
}
export type Rider = ReturnType<typeof newRider>;

type DriverOptions = { rideClass?: RideClassName; status?: 'AVAILABLE' | 'OFFLINE' };

async function newDriver(
  rides: TestSubgraph,
  at: Point,
  { rideClass = 'ECONOMY', status = 'AVAILABLE' }: DriverOptions = {},
) {
  const id = newId('driver');
  const userId = newId('user');
  const me = viewer(userId, ['driver']);
  const now = new Date();
  const car = { plate: id, model: 'Test', class: rideClass, capacity: 4 };
  await upsert(rides.pool, tables.drivers, [{ id, user_id: userId, status, ...car, created_at: now }]);
  await upsert(rides.pool, tables.driverPositions, [
    { driver_id: id, ...at, heading_deg: null, speed_mps: null, sequence: 0n, recorded_at: now },
  ]);
  return {
    id,
    userId,
    viewer: me,
    async advance(
      ride: { id: string; version: number },
      to: string,
      more: { idempotencyKey?: string; reason?: string } = {},
    ) {
      const { id: rideId, version: expectedVersion } = ride;
      const input = { rideId, to, expectedVersion, idempotencyKey: randomUUID(), ...more };
      return (await rides.data(advanceRide, { input }, me)).advanceRide;
    },
    async report(...input: { point: Point; sequence: number }[]) {
      const reports = input.map((report) => ({ recordedAt: now.toISOString(), ...report }));
      return (await rides.data(reportLocations, { input: reports }, me)).reportLocations;
    },
  };
}
