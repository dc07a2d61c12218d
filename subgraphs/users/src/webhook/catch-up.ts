import { addDeliveries, type FanOut, pageSize, window } from './add-deliveries.ts';
import { eventsAfter, type LogPlace, takeReader } from './event-reader.ts';

type Endpoint = LogPlace & { pending: number; hasMissed: boolean };

/**
 * Makes deliveries for one endpoint that has a cursor of its own, because it is new, was disabled, has had too much waiting
 * or is replayed: of the next events after it, up to where the reader is. Once there it goes on with the reader.
 * @returns whether there may be more to do for this endpoint now
 */
export async function catchUp({ db, partnerLog, now, logger }: FanOut, endpointId: string): Promise<boolean> {
  return db.$transaction(async (tx) => {
    const { place: upTo } = await takeReader(tx);
    const [endpoint] = await tx.$queryRaw<Endpoint[]>`
      SELECT cursor_xid::text AS xid, cursor_id AS id,
        (SELECT count(*)::int FROM webhook_deliveries d WHERE d.endpoint_id = e.id AND d.status = 'PENDING') AS pending,
        EXISTS (SELECT FROM trimmed_logs t
                WHERE t.log = 'users.partner_events' AND (t.xid, t.id) > (e.cursor_xid, e.cursor_id)) AS "hasMissed"
      FROM webhook_endpoints e
      WHERE id = ${endpointId} AND disabled_at IS NULL AND (cursor_xid, cursor_id) <= (${upTo.xid}::xid8, ${upTo.id})
      FOR NO KEY UPDATE`;
    const most = Math.min(pageSize, window - (endpoint?.pending ?? 0));
    if (!endpoint || most <= 0) return false;
    if (endpoint.hasMissed) {
      logger.warn({ endpointId }, 'events were trimmed before this webhook could have them');
      await tx.webhookEndpoint.update({ where: { id: endpointId }, data: { missedAt: now() } });
    }
    const events = await eventsAfter(tx, endpoint, { upTo, most });
    await addDeliveries(tx, [endpointId], events, { partnerLog, now });
    const last = events.at(-1);
    const isThere = events.length < most || !last;
    const [xid, id] = isThere ? [null, null] : [last.xid, last.id];
    await tx.$executeRaw`
      UPDATE webhook_endpoints SET cursor_xid = ${xid}::xid8, cursor_id = ${id}::bigint WHERE id = ${endpointId}`;
    return !isThere;
  });
}
