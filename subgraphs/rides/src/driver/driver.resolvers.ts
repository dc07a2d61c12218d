import { requireScope } from '@meridian/kernel/viewer';
import type { Resolvers } from '../generated/graphql.ts';
import { maySeeLocation } from './driver.rules.ts';
import { followDriver } from './follow-driver.ts';
import type { PositionRow } from './position.loaders.ts';
import { reportLocations } from './report-locations.ts';

/** Who drives, in what, and where they are. */
export const driverResolvers = {
  Mutation: {
    reportLocations: (_, { input }, context) =>
      reportLocations(context, requireScope(context, 'driver'), input),
  },
  Subscription: {
    driverLocation: {
      subscribe: (_, { rideId }, context) => followDriver(context, rideId),
      resolve: (position: PositionRow) => position,
    },
  },
  User: {
    driver: ({ id }, _, { loaders }) => loaders.driverOfUser.load(id),
  },
  Driver: {
    __resolveReference: ({ id }, { loaders }) => loaders.driver.load(id),
    user: ({ userId }) => ({ id: userId }),
    vehicle: (driver) => driver,
    location: async (driver, _, { viewer, loaders }) => {
      const activeRide = viewer && (await loaders.activeRideOfDriver.load(driver.id));
      return maySeeLocation(viewer, driver, activeRide) ? loaders.position.load(driver.id) : null;
    },
  },
  Vehicle: { class: ({ rideClass }) => rideClass },
  DriverPosition: { point: ({ latitude, longitude }) => ({ latitude, longitude }) },
} satisfies Resolvers;
