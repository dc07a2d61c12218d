import { loadExisting } from '@meridian/kernel/loaders';
import type { Resolvers } from '../generated/graphql.ts';

/** What buyers think. */
export const reviewResolvers = {
  Review: {
    __resolveReference: ({ id }, { loaders }) => loaders.review.load(id),
    author: ({ authorId }) => ({ id: authorId }),
    product: ({ productId }, _, { loaders }) => loadExisting(loaders.product, productId),
  },
} satisfies Resolvers;
