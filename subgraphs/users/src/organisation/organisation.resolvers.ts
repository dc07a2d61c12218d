import { requireScope } from '@meridian/kernel/viewer';
import type { Context } from '../context.ts';
import type { Resolvers } from '../generated/graphql.ts';
import { removeOrganisationMember, setOrganisationMember } from './change-members.ts';
import { createOrganisation } from './create-organisation.ts';
import { maySeeOrganisation, organisationScope } from './organisation.rules.ts';

/** The organisation, for those who may see it. @returns null for others, and where there is none */
export async function visibleOrganisation(
  { viewer, loaders }: Pick<Context, 'viewer' | 'loaders'>,
  id: string,
) {
  const membership = viewer && (await loaders.membershipOfUser.load(viewer.id));
  return maySeeOrganisation(viewer, membership, { id }) ? loaders.organisation.load(id) : null;
}

/** Companies and who acts for them. */
export const organisationResolvers = {
  Mutation: {
    createOrganisation: (_, { input }, context) =>
      createOrganisation(context, requireScope(context, organisationScope), input),
    setOrganisationMember: (_, { input }, context) =>
      setOrganisationMember(context, requireScope(context, organisationScope), input),
    removeOrganisationMember: (_, { input }, context) =>
      removeOrganisationMember(context, requireScope(context, organisationScope), input),
  },
  User: {
    organisation: async ({ id }, _, context) => {
      if (context.viewer?.id !== id) return null;
      const membership = await context.loaders.membershipOfUser.load(id);
      return membership && visibleOrganisation(context, membership.organisationId);
    },
  },
  Organisation: {
    __resolveReference: ({ id }, context) => visibleOrganisation(context, id),
    members: ({ id }, _, { loaders }) => loaders.membersOfOrganisation.load(id),
  },
  OrganisationMember: {
    user: ({ userId }, _, { loaders }) => loaders.user.load(userId),
    since: ({ createdAt }) => createdAt,
  },
  OrganisationPayload: {
    // Anew: an earlier mutation of the same operation may have read who belonged to it then.
    organisation: ({ organisationId }, _, { loaders }) => {
      if (!organisationId) return null;
      loaders.membersOfOrganisation.clear(organisationId);
      return loaders.organisation.load(organisationId);
    },
  },
} satisfies Resolvers;
