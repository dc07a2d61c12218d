import { organisationMembersChanged } from '@meridian/contracts/users';
import { type Once, once } from '@meridian/kernel/idempotency';
import { publish } from '@meridian/kernel/outbox';
import { invalidInput, type UserErrorData, unknownEntity } from '@meridian/kernel/user-errors';
import type { Viewer } from '@meridian/kernel/viewer';
import type { Context } from '../context.ts';
import type { RemoveOrganisationMemberInput, SetOrganisationMemberInput } from '../generated/graphql.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import { lockUser } from '../user/lock-user.ts';
import type { OrganisationOutcome } from './organisation.outcome.ts';

type Changing = Pick<Context, 'db' | 'rows'>;
type Changed = Once<Omit<OrganisationOutcome, 'replayed'>>;
/** Gives the refusal; otherwise whether anything changed. */
type Change = (tx: Prisma.TransactionClient) => Promise<UserErrorData | boolean>;

/** Lets somebody act for an organisation, or changes what they may do; told as `organisation.members-changed.v1`. */
export const setOrganisationMember = (
  context: Changing,
  viewer: Viewer,
  input: SetOrganisationMemberInput,
): Promise<Changed> =>
  changeMember(context, viewer, { operation: 'setOrganisationMember', input }, async (tx) => {
    const { organisationId, userId, role } = input;
    const found = await tx.organisation.findUnique({ where: { id: organisationId } });
    if (!found) return unknownEntity(`There is no organisation ${organisationId}`, 'organisationId');
    if (!(await lockUser(tx, userId))) return unknownEntity(`There is no user ${userId}`, 'userId');
    const before = await tx.organisationMember.findUnique({ where: { userId } });
    if (before && before.organisationId !== organisationId)
      return invalidInput(`${userId} belongs to another organisation already`, 'userId');
    if (before?.role === role) return false;
    await tx.organisationMember.upsert({
      where: { userId },
      create: { userId, organisationId, role },
      update: { role },
    });
    return true;
  });

/** Ends that somebody acts for an organisation; streams of theirs end with the next event. */
export const removeOrganisationMember = (
  context: Changing,
  viewer: Viewer,
  input: RemoveOrganisationMemberInput,
): Promise<Changed> =>
  changeMember(context, viewer, { operation: 'removeOrganisationMember', input }, async (tx) => {
    const { organisationId, userId } = input;
    const { count } = await tx.organisationMember.deleteMany({ where: { organisationId, userId } });
    return count > 0 || unknownEntity(`${userId} is no member of ${organisationId}`, 'userId');
  });

async function changeMember(
  { db, rows }: Changing,
  viewer: Viewer,
  request: { operation: string; input: SetOrganisationMemberInput | RemoveOrganisationMemberInput },
  change: Change,
): Promise<Changed> {
  const { organisationId, userId } = request.input;
  const outcome = await db.$transaction((tx) =>
    once(tx, viewer, request, async () => {
      const changed = await change(tx);
      if (typeof changed === 'object') return { userErrors: [changed] };
      if (changed) await publish(tx, organisationMembersChanged.of(userId, { organisationId, userId }));
      return { organisationId, userErrors: [] };
    }),
  );
  await rows.memberships.invalidate([userId]);
  return outcome;
}
