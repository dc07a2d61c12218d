import type { Resolvers } from '../generated/graphql.ts';
import { shippingCost } from './shipping.rules.ts';

/** What sending costs. */
export const shippingResolvers = {
  ProductVariant: {
    shippingEstimate: ({ weightGrams }, { to }) =>
      weightGrams == null ? null : shippingCost(weightGrams, to.toUpperCase()),
  },
} satisfies Resolvers;
