import { mergeResolvers } from '@meridian/kernel/merge-resolvers';
import type { Resolvers } from './generated/graphql.ts';
import { nodeResolvers } from './node/node.resolvers.ts';
import { userResolvers } from './user/user.resolvers.ts';

/** The whole schema of users, feature by feature. */
export const resolvers = mergeResolvers<Resolvers>(nodeResolvers, userResolvers);
