import { exactlyOne } from '@meridian/kernel/arguments';
import { loadExisting } from '@meridian/kernel/loaders';
import { money } from '@meridian/kernel/money';
import { pageOf } from '@meridian/kernel/pagination';
import type { Resolvers } from '../generated/graphql.ts';
import { reviewPage } from '../review/review.loaders.ts';
import { listProducts } from './list-products.ts';

/** What is for sale. */
export const productResolvers = {
  Query: {
    product: (_, args, { loaders }) => {
      const { name, value } = exactlyOne(args, ['id', 'slug']);
      return name === 'id' ? loaders.product.load(value) : loaders.productBySlug.load(value);
    },
    products: (_, args, { pool }) => listProducts(pool, args),
  },
  Product: {
    __resolveReference: (key, { loaders }) =>
      'id' in key ? loaders.product.load(key.id) : loaders.productBySlug.load(key.slug),
    category: ({ categoryId }, _, { loaders }) => loadExisting(loaders.category, categoryId),
    variants: ({ id }, _, { loaders }) => loaders.variantsOfProduct.load(id),
    priceRange: ({ id }, _, { loaders }) => loaders.priceRange.load(id),
    inStock: async ({ id }, _, { loaders }) =>
      (await loaders.variantsOfProduct.load(id)).some(({ onHand }) => onHand > 0),
    rating: async ({ id }, _, { loaders }) => (await loaders.rating.load(id)) ?? { average: null, count: 0 },
    reviews: async ({ id }, args, { loaders }) => {
      const page = pageOf(args, 2, 10);
      return reviewPage(await loaders.reviewsOfProduct(id, page), page);
    },
  },
  PriceRange: {
    min: ({ minMinor, currency }) => money(minMinor, currency),
    max: ({ maxMinor, currency }) => money(maxMinor, currency),
  },
} satisfies Resolvers;
