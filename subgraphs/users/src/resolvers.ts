import { mergeResolvers } from '@meridian/kernel/merge-resolvers';
import type { Resolvers } from './generated/graphql.ts';
import { nodeResolvers } from './node/node.resolvers.ts';
import { organisationResolvers } from './organisation/organisation.resolvers.ts';
import { partnerEventResolvers } from './partner/partner-event.resolvers.ts';
import { userResolvers } from './user/user.resolvers.ts';
import { webhookResolvers } from './webhook/webhook.resolvers.ts';

/** The whole schema of users, feature by feature. */
export const resolvers = mergeResolvers<Resolvers>(
  nodeResolvers,
  userResolvers,
  organisationResolvers,
  partnerEventResolvers,
  webhookResolvers,
);
