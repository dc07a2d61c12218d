import { typeOfId } from '@meridian/kernel/ids';
import type { Resolvers } from '../generated/graphql.ts';
import { typeOfPrefix } from './node.rules.ts';

/** Anything in the graph, by its id. */
export const nodeResolvers = {
  Query: {
    node: async (_, { id }, { loaders }) => {
      const __typename = typeOfPrefix(typeOfId(id));
      if (__typename !== 'User') return __typename && { __typename, id };
      const user = await loaders.user.load(id);
      return user && { __typename, ...user };
    },
  },
  Node: { __resolveType: ({ __typename }) => __typename },
} satisfies Resolvers;
