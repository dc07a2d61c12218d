import type { Context } from '../context.ts';
import { requireMember } from '../organisation/require-member.ts';
import { maySeeEvent, wantedTypes } from './partner-event.rules.ts';
import { type PartnerFrames, whileMember } from './while-member.ts';

type Wanted = { after?: string | null | undefined; types?: readonly string[] | null | undefined };
type Following = Pick<Context, 'viewer' | 'loaders' | 'partnerLog' | 'newLoaders'>;

/**
 * The events that the viewer's organisation may see, from now on or since a cursor. Whether they belong to it is asked
 * again for each event, before it is told.
 * @throws UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, CURSOR_INVALID, CURSOR_EXPIRED
 */
export async function followPartnerEvents(
  context: Following,
  { after, types }: Wanted,
): Promise<PartnerFrames> {
  const { viewer, partnerLog, newLoaders } = context;
  const { organisationId, userId } = await requireMember(context);
  const stream = await partnerLog.stream({
    types: wantedTypes(types),
    after,
    accept: ({ columns }) => maySeeEvent(organisationId, columns['organisation_id']),
  });
  const belongs = async () =>
    viewer !== null && (await newLoaders().membershipOfUser.load(userId))?.organisationId === organisationId;
  return whileMember(stream, belongs);
}
