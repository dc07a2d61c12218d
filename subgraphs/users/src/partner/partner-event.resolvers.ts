import { AppError, badInput } from '@meridian/kernel/errors';
import type { Resolvers } from '../generated/graphql.ts';
import { visibleNode } from '../node/node.resolvers.ts';
import { requireMember } from '../organisation/require-member.ts';
import { followPartnerEvents } from './follow-partner-events.ts';
import { partnerEventId, versionOf, wantedTypes } from './partner-event.rules.ts';
import type { PartnerFrame } from './while-member.ts';

const largestPage = 100;

/** What partners hear of. */
export const partnerEventResolvers = {
  Query: {
    partnerEvents: async (_, { after, types, first }, context) => {
      const { organisationId } = await requireMember(context);
      if (first < 1 || first > largestPage)
        throw badInput(`\`first\` must be from 1 to ${largestPage}`, 'first');
      const { events, endCursor, hasNextPage } = await context.partnerLog.read({
        after,
        first,
        types: wantedTypes(types),
        where: (value) => `event.organisation_id IS NULL OR event.organisation_id = ${value(organisationId)}`,
      });
      const startCursor = events[0]?.cursor ?? null;
      return {
        nodes: events,
        pageInfo: { endCursor, hasNextPage, startCursor, hasPreviousPage: after != null },
      };
    },
  },
  Subscription: {
    partnerEvents: {
      subscribe: (_, { after, types }, context) => followPartnerEvents(context, { after, types }),
      resolve: (frame: PartnerFrame) => {
        if (frame.event) return frame.event;
        throw new AppError(
          'FORBIDDEN',
          'You are no longer a member of the organisation whose events these are',
        );
      },
    },
  },
  PartnerEvent: {
    id: ({ position }) => partnerEventId(position.id),
    version: ({ type }) => versionOf(type),
    subject: ({ key }, _, context) => visibleNode(context, key),
  },
} satisfies Resolvers;
