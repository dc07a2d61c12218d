import type { EventStream } from '@meridian/kernel/event-log/event-stream';
import type { LoggedEvent } from '@meridian/kernel/event-log/log-table';
import type { Context } from '../context.ts';
import { requireMember } from '../organisation/require-member.ts';
import { maySeeEvent, wantedTypes } from './partner-event.rules.ts';

/** One event, or none where the reader has left the organisation: the last frame then. */
export type PartnerFrame = { event: LoggedEvent | null };

type Wanted = { after?: string | null | undefined; types?: readonly string[] | null | undefined };
type Following = Pick<Context, 'viewer' | 'loaders' | 'partnerLog' | 'newLoaders'>;

/**
 * The events that the viewer's organisation may see, from now on or since a cursor. Whether they belong to it is asked
 * again for each event, before it is told.
 * @throws UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, CURSOR_INVALID, CURSOR_EXPIRED
 */
export async function followPartnerEvents(context: Following, { after, types }: Wanted) {
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

/** `stream` until `belongs` says no: then a frame without an event, and the end. */
function whileMember(
  stream: EventStream,
  belongs: () => Promise<boolean>,
): AsyncIterableIterator<PartnerFrame> & Pick<EventStream, 'position'> {
  let ended = false;
  const end = async () => {
    ended = true;
    await stream.return?.();
    return { done: true, value: undefined } as const;
  };
  const frames = {
    [Symbol.asyncIterator]: () => frames,
    async next(): Promise<IteratorResult<PartnerFrame, undefined>> {
      if (ended) return end();
      const { done, value } = await stream.next();
      if (done) return end();
      if (await belongs()) return { done: false, value: { event: value } };
      await end();
      return { done: false, value: { event: null } };
    },
    return: end,
    position: () => stream.position(),
  };
  return frames;
}
