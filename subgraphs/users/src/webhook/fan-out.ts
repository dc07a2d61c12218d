import { type FanOut, window } from './add-deliveries.ts';
import { catchUp } from './catch-up.ts';
import { handOn } from './hand-on.ts';

/**
 * What there is to do: a null for the reader when there is something new, and the endpoints behind it, or where it is by now,
 * that have room for deliveries. Rows of the log count only when every older transaction has ended.
 */
const toDo = `
  SELECT NULL AS id FROM webhook_readers r WHERE log = 'users.partner_events' AND EXISTS (
    SELECT FROM partner_events p
    WHERE (p.xid, p.id) > (r.xid, r.id) AND p.xid < pg_snapshot_xmin(pg_current_snapshot()))
  UNION ALL
  SELECT e.id FROM webhook_readers r JOIN webhook_endpoints e ON (e.cursor_xid, e.cursor_id) <= (r.xid, r.id)
  WHERE r.log = 'users.partner_events' AND e.disabled_at IS NULL AND (
    SELECT count(*) FROM webhook_deliveries d WHERE d.endpoint_id = e.id AND d.status = 'PENDING') < ${window}`;

/**
 * Makes deliveries of what the log tells. One reader reads each event once and hands it to all endpoints that keep up; only
 * those that do not read for themselves, page by page in turn, until they are where the reader is. Of several processes one
 * at a time does it.
 * @returns whether there may be more to do now
 */
export async function fanOut(context: FanOut, isStopped: () => boolean): Promise<boolean> {
  const { rows } = await context.pool.query<{ id: string | null }>({ name: 'webhooks-to-do', text: toDo });
  let hasMore = false;
  for (const { id } of rows) {
    if (isStopped()) return false;
    if (id === null) await handOn(context);
    // When the reader has moved, endpoints that were ahead of it may be behind.
    const mayHaveMore = id === null || (await catchUp(context, id));
    hasMore ||= mayHaveMore;
  }
  return hasMore;
}
