import type { Context } from '../context.ts';
import { maySeeEvent, partnerEventId } from '../partner/partner-event.rules.ts';

export type FanOut = Pick<Context, 'db' | 'pool' | 'partnerLog' | 'now' | 'logger'>;

/** Deliveries that may wait for one endpoint. What comes after them waits in the log, where it costs nothing. */
const window = 500;
const pageSize = 250;

/** Endpoints that have something to come. Rows of the log count only when every older transaction has ended. */
const behind = `
  SELECT id FROM webhook_endpoints e
  WHERE disabled_at IS NULL AND EXISTS (
    SELECT FROM partner_events p
    WHERE (p.xid, p.id) > (e.cursor_xid, e.cursor_id) AND p.xid < pg_snapshot_xmin(pg_current_snapshot()))`;

/**
 * Makes deliveries of what the log tells, endpoint by endpoint. The cursor of an endpoint moves in the transaction that
 * writes its deliveries: a crash takes both back, and of several processes one at a time does it. Of each key the first
 * is due at once; the others are when the one before them is settled.
 */
export async function fanOut(context: FanOut, isStopped: () => boolean): Promise<void> {
  const { rows } = await context.pool.query<{ id: string }>({ name: 'webhooks-behind', text: behind });
  for (const { id } of rows) while (!isStopped() && (await fanOutPage(context, id)));
}

type Endpoint = {
  organisationId: string;
  types: string[];
  round: number;
  xid: string;
  id: bigint;
  pending: number;
  missed: boolean;
};
type Event = {
  xid: string;
  id: bigint;
  type: string;
  key: string;
  data: unknown;
  at: Date;
  organisationId: string | null;
};

/** @returns whether there may be more to do for this endpoint now */
async function fanOutPage({ db, partnerLog, now, logger }: FanOut, endpointId: string): Promise<boolean> {
  return db.$transaction(async (tx) => {
    const [endpoint] = await tx.$queryRaw<Endpoint[]>`
      SELECT organisation_id AS "organisationId", types, round, cursor_xid::text AS xid, cursor_id AS id,
        (SELECT count(*)::int FROM webhook_deliveries d WHERE d.endpoint_id = e.id AND d.status = 'PENDING') AS pending,
        EXISTS (SELECT FROM trimmed_logs t
                WHERE t.log = 'users.partner_events' AND (t.xid, t.id) > (e.cursor_xid, e.cursor_id)) AS missed
      FROM webhook_endpoints e
      WHERE id = ${endpointId} AND disabled_at IS NULL
      FOR NO KEY UPDATE`;
    if (!endpoint || endpoint.pending >= window) return false;
    if (endpoint.missed) {
      logger.warn({ endpointId }, 'events were trimmed before this webhook could have them');
      await tx.webhookEndpoint.update({ where: { id: endpointId }, data: { missedAt: now() } });
    }
    const limit = Math.min(pageSize, window - endpoint.pending);
    const events = await tx.$queryRaw<Event[]>`
      SELECT xid::text AS xid, id, type, key, data, created_at AS at, organisation_id AS "organisationId"
      FROM partner_events p
      WHERE (p.xid, p.id) > (${endpoint.xid}::xid8, ${endpoint.id}) AND p.xid < pg_snapshot_xmin(pg_current_snapshot())
      ORDER BY p.xid, p.id LIMIT ${limit}`;
    const last = events.at(-1);
    if (!last) return false;

    const wanted = events.filter(
      ({ type, organisationId }) =>
        maySeeEvent(endpoint.organisationId, organisationId) &&
        (endpoint.types.length === 0 || endpoint.types.includes(type)),
    );
    const bodies = wanted.map((event) =>
      bodyOf(event, partnerLog.cursorOf({ xid: BigInt(event.xid), id: event.id })),
    );
    await tx.$executeRaw`
      INSERT INTO webhook_deliveries (endpoint_id, round, event_xid, event_id, type, key, body, due_at)
      SELECT ${endpointId}, ${endpoint.round}, e.xid::xid8, e.id, e.type, e.key, e.body,
        CASE WHEN e.position = min(e.position) OVER (PARTITION BY e.key) AND NOT EXISTS (
          SELECT FROM webhook_deliveries d
          WHERE d.endpoint_id = ${endpointId} AND d.key = e.key AND d.status = 'PENDING') THEN ${now()}::timestamptz END
      FROM unnest(${wanted.map(({ xid }) => xid)}::text[], ${wanted.map(({ id }) => id)}::bigint[],
        ${wanted.map(({ type }) => type)}::text[], ${wanted.map(({ key }) => key)}::text[], ${bodies}::text[])
        WITH ORDINALITY AS e(xid, id, type, key, body, position)
      ORDER BY e.position`;
    await tx.$executeRaw`
      UPDATE webhook_endpoints SET cursor_xid = ${last.xid}::xid8, cursor_id = ${last.id} WHERE id = ${endpointId}`;
    return events.length === limit;
  });
}

/** What the receiver gets, in the shape that Standard Webhooks proposes, with what it takes to go on elsewhere. */
const bodyOf = ({ id, type, at, data }: Event, cursor: string): string =>
  JSON.stringify({ type, timestamp: at.toISOString(), data, id: partnerEventId(id), cursor });
