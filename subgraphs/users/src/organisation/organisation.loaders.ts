import type { CachedRows } from '@meridian/kernel/cache';
import { batchRead, groupLoader, rowLoader } from '@meridian/kernel/loaders';
import type { Pool } from 'pg';
import type { OrganisationMemberModel, OrganisationModel } from '../generated/prisma/models.ts';

export type OrganisationRow = OrganisationModel;
export type MembershipRow = OrganisationMemberModel;

const byId = `SELECT id, name, created_at AS "createdAt" FROM organisations WHERE id = ANY($1)`;
const member = `user_id AS "userId", organisation_id AS "organisationId", role, created_at AS "createdAt"`;
const ofUsers = `SELECT ${member} FROM organisation_members WHERE user_id = ANY($1)`;
const ofOrganisations = `
  SELECT ${member} FROM organisation_members WHERE organisation_id = ANY($1) ORDER BY created_at, user_id`;

/** Memberships are cached: each event for a partner asks for one. */
export const organisationLoaders = (pool: Pool, memberships: CachedRows<MembershipRow>) => ({
  organisation: rowLoader(batchRead<OrganisationRow>(pool, 'organisation-by-id', byId), ({ id }) => id),
  membershipOfUser: rowLoader(
    batchRead<MembershipRow>(pool, 'memberships-of-users', ofUsers),
    ({ userId }) => userId,
    memberships,
  ),
  membersOfOrganisation: groupLoader(
    batchRead<MembershipRow>(pool, 'members-of-organisations', ofOrganisations),
    ({ organisationId }) => organisationId,
  ),
});
