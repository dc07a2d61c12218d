import { exactlyOne } from '@meridian/kernel/arguments';
import type { Resolvers } from '../generated/graphql.ts';
import { topCategories } from './top-categories.ts';

/** The tree of products. */
export const categoryResolvers = {
  Query: {
    category: (_, args, { loaders }) => {
      const { name, value } = exactlyOne(args, ['id', 'slug']);
      return name === 'id' ? loaders.category.load(value) : loaders.categoryBySlug.load(value);
    },
    categories: (_, _args, { pool }) => topCategories(pool),
  },
  Category: {
    __resolveReference: ({ id }, { loaders }) => loaders.category.load(id),
    parent: ({ parentId }, _, { loaders }) => (parentId ? loaders.category.load(parentId) : null),
    ancestors: ({ id }, _, { loaders }) => loaders.categoryAncestors.load(id),
    children: ({ id }, _, { loaders }) => loaders.categoryChildren.load(id),
  },
} satisfies Resolvers;
