import { rideStatusChanged } from '@meridian/contracts/rides';
import type { LoggedEvent } from '@meridian/kernel/event-log/log-table';
import { loadExisting } from '@meridian/kernel/loaders';
import { money } from '@meridian/kernel/money';
import { pageOf } from '@meridian/kernel/pagination';
import { requireScope, requireViewer } from '@meridian/kernel/viewer';
import type { Context } from '../context.ts';
import type { Resolvers } from '../generated/graphql.ts';
import { pickupAndDropoff } from '../geo/pickup-and-dropoff.ts';
import { advanceRide } from './advance-ride.ts';
import { cancelRide } from './cancel-ride.ts';
import { followRide } from './follow-ride.ts';
import { requestRide } from './request-ride.ts';
import { type RideRow, ridePage } from './ride.loaders.ts';
import { allowedTransitions, maySeeRide, partyOf } from './ride.rules.ts';

/** Others' rides do not exist for a viewer. */
const visible = (ride: RideRow | null, { viewer }: Pick<Context, 'viewer'>): RideRow | null =>
  ride && maySeeRide(viewer, ride) ? ride : null;

/** From a quote to the dropoff. */
export const rideResolvers = {
  Query: {
    ride: async (_, { id }, context) => visible(await context.loaders.ride.load(id), context),
  },
  Mutation: {
    requestRide: (_, { input }, context) => requestRide(context, requireViewer(context), input),
    advanceRide: (_, { input }, context) => advanceRide(context, requireScope(context, 'driver'), input),
    cancelRide: (_, { input }, context) => cancelRide(context, requireViewer(context), input),
  },
  Subscription: {
    rideUpdated: {
      subscribe: (_, args, context) => followRide(context, args),
      resolve: (event: LoggedEvent) => event,
    },
  },
  User: {
    rides: async ({ id }, { as, ...args }, context) => {
      if (requireViewer(context).id !== id) requireScope(context, 'rides:read');
      const { loaders } = context;
      const page = pageOf(args, 2);
      if (as !== 'DRIVER') return ridePage(await loaders.ridesOfRider(id, page), page);
      const driver = await loaders.driverOfUser.load(id);
      return ridePage(driver ? await loaders.ridesOfDriver(driver.id, page) : [], page);
    },
  },
  Order: {
    delivery: async ({ id }, _, context) => visible(await context.loaders.deliveryOfOrder.load(id), context),
  },
  Ride: {
    __resolveReference: async ({ id }, context) => visible(await context.loaders.ride.load(id), context),
    rider: ({ riderId }) => ({ id: riderId }),
    driver: ({ driverId }, _, { loaders }) => loaders.driver.load(driverId),
    allowedTransitions: (ride, _, { viewer }) => allowedTransitions(ride.status, partyOf(viewer, ride)),
    class: ({ rideClass }) => rideClass,
    ...pickupAndDropoff,
    fare: ({ fareMinor, currency }) => money(fareMinor, currency),
    timeline: ({ id }, _, { loaders }) => loaders.rideEvents.load(id),
    order: ({ orderId }) => (orderId === null ? null : { id: orderId }),
  },
  RideUpdate: {
    ride: async ({ key }, _, context) => visible(await context.loaders.ride.load(key), context),
    from: (event) => rideStatusChanged.read(event).from,
    to: (event) => rideStatusChanged.read(event).to,
    version: (event) => rideStatusChanged.read(event).version,
  },
  RideEvent: {
    actor: ({ actorId }) => (actorId === null ? null : { id: actorId }),
  },
  RidePayload: {
    // Anew: an earlier mutation of the same operation may have read the ride, or its driver, as it was then.
    ride: async ({ rideId }, _, context) => {
      if (!rideId) return null;
      const ride = visible(await context.loaders.ride.clear(rideId).load(rideId), context);
      if (ride) context.loaders.driver.clear(ride.driverId);
      return ride;
    },
  },
  RideInProgressError: {
    ride: ({ rideId }, _, { loaders }) => loadExisting(loaders.ride, rideId),
  },
} satisfies Resolvers;
