import { mergeResolvers } from '@meridian/kernel/merge-resolvers';
import { categoryResolvers } from './category/category.resolvers.ts';
import type { Resolvers } from './generated/graphql.ts';
import { productResolvers } from './product/product.resolvers.ts';
import { reviewResolvers } from './review/review.resolvers.ts';
import { stockResolvers } from './stock/stock.resolvers.ts';
import { variantResolvers } from './variant/variant.resolvers.ts';

/** The whole schema of the catalog, feature by feature. */
export const resolvers = mergeResolvers<Resolvers>(
  categoryResolvers,
  productResolvers,
  reviewResolvers,
  stockResolvers,
  variantResolvers,
);
