import { eventually, type Patience } from '@meridian/testkit/eventually';
import { type Following, follow } from './follower.ts';
import type { Meridian, Who } from './meridian.ts';
import { persistent } from './persist.ts';

type Point = { latitude: number; longitude: number };

/** Who follows one ride after the other, each from the last event of the one before. */
export type RideFollower = {
  told: string[];
  faults: string[];
  watch(rideId: string): Promise<void>;
  stop(): Promise<void>;
};

/** @param after where the log of rides begins, before the first of them */
export function rideFollower(
  following: Pick<Following, 'url' | 'authorization'>,
  after: string,
): RideFollower {
  const told: string[] = [];
  const faults: string[] = [];
  let stop = async () => {};
  return {
    told,
    faults,
    async watch(rideId) {
      await stop();
      ({ stop } = follow({
        ...following,
        field: 'rideUpdated',
        query: `subscription ($id: ID!, $after: String) {
          rideUpdated(rideId: $id, after: $after) { cursor to ride { driver { user { displayName } } } }
        }`,
        variables: { id: rideId },
        after: told.at(-1) ?? after,
        told,
        faults,
      }));
    },
    stop: () => stop(),
  };
}

/** Of a ride: accepted, and then these. */
const steps = ['ARRIVED', 'IN_PROGRESS', 'COMPLETED'];
export const stepsOfRide = steps.length + 1;

export type Rider = {
  /** The rides that were promised, all of them over but the last. */
  rides: string[];
  /** Rides once, while the followers follow: it is over when they have heard of its end. */
  ride(): Promise<void>;
};

export function rider(
  meridian: Pick<Meridian, 'ask'>,
  who: Who,
  pickup: Point,
  followers: readonly RideFollower[],
  patience: Patience,
): Rider {
  const { answer, carryOut } = persistent(meridian, who);
  const rides: string[] = [];
  const dropoff = { latitude: pickup.latitude + 0.01, longitude: pickup.longitude };
  const askForQuotes = `query ($pickup: GeoPointInput!, $dropoff: GeoPointInput!) {
    rideQuotes(pickup: $pickup, dropoff: $dropoff) { id class }
  }`;
  return {
    rides,
    async ride() {
      const { rideQuotes } = await answer(askForQuotes, { pickup, dropoff });
      const quote = rideQuotes.find((offer: { class: string }) => offer.class === 'ECONOMY');
      const promise = 'ride { id version driver { user { id } } }';
      const { ride } = await carryOut('requestRide', promise, { quoteId: quote.id });
      rides.push(ride.id);
      for (const follower of followers) await follower.watch(ride.id);
      const driver = persistent(meridian, { subject: ride.driver.user.id, scopes: ['driver'] });
      for (const [made, to] of steps.entries())
        await driver.carryOut('advanceRide', 'ride { status }', {
          rideId: ride.id,
          to,
          expectedVersion: ride.version + made,
        });
      const heardAll = ({ told }: RideFollower) => new Set(told).size >= stepsOfRide * rides.length;
      await eventually(() => followers.every(heardAll), patience);
    },
  };
}
