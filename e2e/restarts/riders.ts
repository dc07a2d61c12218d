import { eventually, type Patience } from '@meridian/testkit/eventually';
import type { Meridian, Who } from '../meridian.ts';
import { persistent } from './persist.ts';
import type { RideFollower } from './ride-follower.ts';

type Point = { latitude: number; longitude: number };

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
