import { requireViewer } from '@meridian/kernel/viewer';
import type { Resolvers } from '../generated/graphql.ts';
import { updateProfile } from './update-profile.ts';
import { maySeeContacts } from './user.rules.ts';

/** People and organisations with an account. */
export const userResolvers = {
  Query: {
    viewer: (_, _args, { viewer, loaders }) => (viewer ? loaders.user.load(viewer.id) : null),
    user: (_, { id }, { loaders }) => loaders.user.load(id),
  },
  Mutation: {
    updateProfile: (_, { input }, context) => updateProfile(context, requireViewer(context), input),
  },
  User: {
    __resolveReference: ({ id }, { loaders }) => loaders.user.load(id),
    email: (user, _, { viewer }) => (maySeeContacts(viewer, user) ? user.email : null),
    phone: (user, _, { viewer }) => (maySeeContacts(viewer, user) ? user.phone : null),
  },
  UserPayload: {
    // Anew: an earlier mutation of the same operation may have read the user as they were then.
    user: ({ userId }, _, { loaders }) => (userId ? loaders.user.clear(userId).load(userId) : null),
  },
} satisfies Resolvers;
