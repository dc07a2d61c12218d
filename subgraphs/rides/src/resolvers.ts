import { mergeResolvers } from '@meridian/kernel/merge-resolvers';
import { driverResolvers } from './driver/driver.resolvers.ts';
import type { Resolvers } from './generated/graphql.ts';
import { quoteResolvers } from './quote/quote.resolvers.ts';
import { rideResolvers } from './ride/ride.resolvers.ts';

/** The whole schema of rides, feature by feature. */
export const resolvers = mergeResolvers<Resolvers>(driverResolvers, quoteResolvers, rideResolvers);
