import { AppError } from '@meridian/kernel/errors';
import { requireScope } from '@meridian/kernel/viewer';
import type { Context } from '../context.ts';
import type { MembershipRow } from './organisation.loaders.ts';
import { partnerScope } from './organisation.rules.ts';

/**
 * For what partners may do.
 * @throws UNAUTHENTICATED, or FORBIDDEN without the scope `partner:events` or an organisation
 */
export async function requireMember(context: Pick<Context, 'viewer' | 'loaders'>): Promise<MembershipRow> {
  const viewer = requireScope(context, partnerScope);
  const membership = await context.loaders.membershipOfUser.load(viewer.id);
  if (!membership) throw new AppError('FORBIDDEN', 'This is for members of an organisation');
  return membership;
}

/** For what its admins alone may do. @throws as `requireMember`, and FORBIDDEN for other members */
export async function requireAdmin(context: Pick<Context, 'viewer' | 'loaders'>): Promise<MembershipRow> {
  const membership = await requireMember(context);
  if (membership.role !== 'ADMIN')
    throw new AppError('FORBIDDEN', 'This is for admins of your organisation; ask one of them');
  return membership;
}
