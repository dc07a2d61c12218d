import { money } from '@meridian/kernel/money';
import { requireViewer } from '@meridian/kernel/viewer';
import type { Resolvers } from '../generated/graphql.ts';
import { pickupAndDropoff } from '../geo/pickup-and-dropoff.ts';
import { quoteRides } from './quote-rides.ts';

/** What a ride would cost. */
export const quoteResolvers = {
  Query: {
    rideQuotes: (_, { pickup, dropoff }, context) =>
      quoteRides(context, requireViewer(context), pickup, dropoff),
  },
  RideQuote: {
    __resolveReference: async ({ id }, { viewer, loaders }) => {
      const quote = await loaders.quote.load(id);
      return quote && quote.riderId === viewer?.id ? quote : null;
    },
    class: ({ rideClass }) => rideClass,
    ...pickupAndDropoff,
    total: ({ totalMinor, currency }) => money(totalMinor, currency),
  },
} satisfies Resolvers;
