import type { Viewer } from '@meridian/kernel/viewer';
import type { Context } from '../context.ts';
import type { ReplayWebhookInput } from '../generated/graphql.ts';
import type { MembershipRow } from '../organisation/organisation.loaders.ts';
import { changeWebhook } from './change-webhook.ts';
import { leaveReader } from './event-reader.ts';

/**
 * Posts everything after a cursor again: the endpoint goes back to it in a new round. What waits of the events after it is
 * dropped, since the new round has it too; what was delivered stays in the log of deliveries.
 * @throws CURSOR_INVALID, CURSOR_EXPIRED with `extensions.resumeFrom`
 */
export async function replayWebhook(
  context: Pick<Context, 'db' | 'partnerLog'>,
  viewer: Viewer,
  membership: MembershipRow,
  input: ReplayWebhookInput,
) {
  // Looked up before the transaction, which has a connection of the pool already; judged inside: a retry gets the first
  // answer although the cursor may have expired since.
  const [found] = await Promise.allSettled([context.partnerLog.positionOf(input.after)]);
  const request = { operation: 'replayWebhook', input };
  return changeWebhook(context, viewer, membership, request, async (tx, { id: endpointId }) => {
    if (found.status === 'rejected') throw found.reason;
    const { xid, id } = found.value;
    await tx.$executeRaw`
      DELETE FROM webhook_deliveries
      WHERE endpoint_id = ${endpointId} AND status = 'PENDING' AND (event_xid, event_id) > (${`${xid}`}::xid8, ${id})`;
    await leaveReader(tx, endpointId);
    // Events that the endpoint has not come to yet stay ahead of it: replaying never passes over any.
    await tx.$executeRaw`
      UPDATE webhook_endpoints SET round = round + 1,
        cursor_id = CASE WHEN (cursor_xid, cursor_id) > (${`${xid}`}::xid8, ${id}) THEN ${id} ELSE cursor_id END,
        cursor_xid = CASE WHEN (cursor_xid, cursor_id) > (${`${xid}`}::xid8, ${id}) THEN ${`${xid}`}::xid8 ELSE cursor_xid END
      WHERE id = ${endpointId}`;
    return { endpointId, userErrors: [] };
  });
}
