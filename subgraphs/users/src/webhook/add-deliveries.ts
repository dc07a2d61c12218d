import type { Context } from '../context.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { partnerEventId } from '../partner/partner-event.rules.ts';
import type { PartnerEventRow } from './event-reader.ts';

export type FanOut = Pick<Context, 'db' | 'pool' | 'now' | 'logger'> & {
  partnerLog: Pick<Context['partnerLog'], 'cursorOf'>;
};

/** Deliveries that may wait for one endpoint. What comes after them waits in the log, where it costs nothing. */
export const window = 500;
/** Events that are read at once. */
export const pageSize = 250;

/** Whether endpoint `e` wants event `v`: it is of its organisation or of everyone, and of a type that it named if any. */
export const wants = Prisma.sql`
  (v.organisation_id = '' OR v.organisation_id = e.organisation_id) AND (e.types = '{}' OR v.type = ANY (e.types))`;

/** For the SQL above, where no organisation is an empty text: a list with nulls is no parameter. */
export const organisationOf = ({ organisationId }: Pick<PartnerEventRow, 'organisationId'>): string =>
  organisationId ?? '';

/**
 * Makes deliveries of events for those endpoints that want them, in the order of the events. Of each key of an endpoint the
 * first is due at once; the others are when the one before them is settled. The endpoints must be locked: nobody settles
 * a delivery of theirs meanwhile, so none is left waiting for one that is settled already. A delivery that is there stays.
 */
export async function addDeliveries(
  tx: Prisma.TransactionClient,
  endpointIds: readonly string[],
  events: readonly PartnerEventRow[],
  { partnerLog, now }: Pick<FanOut, 'partnerLog' | 'now'>,
): Promise<void> {
  if (endpointIds.length === 0 || events.length === 0) return;
  const bodies = events.map((event) =>
    bodyOf(event, partnerLog.cursorOf({ xid: BigInt(event.xid), id: event.id })),
  );
  await tx.$executeRaw`
    INSERT INTO webhook_deliveries (endpoint_id, round, event_xid, event_id, type, key, body, due_at)
    SELECT w.endpoint_id, w.round, w.xid::xid8, w.id, w.type, w.key, w.body,
      CASE WHEN w.position = min(w.position) OVER (PARTITION BY w.endpoint_id, w.key) AND NOT EXISTS (
        SELECT FROM webhook_deliveries d
        WHERE d.endpoint_id = w.endpoint_id AND d.key = w.key AND d.status = 'PENDING') THEN ${now()}::timestamptz END
    FROM (
      SELECT e.id AS endpoint_id, e.round, v.*
      FROM unnest(${events.map(({ xid }) => xid)}::text[], ${events.map(({ id }) => id)}::bigint[],
        ${events.map(({ type }) => type)}::text[], ${events.map(({ key }) => key)}::text[], ${bodies}::text[],
        ${events.map(organisationOf)}::text[])
        WITH ORDINALITY AS v(xid, id, type, key, body, organisation_id, position)
      JOIN webhook_endpoints e ON ${wants}
      WHERE e.id = ANY (${[...endpointIds]})
    ) w
    WHERE NOT EXISTS (
      SELECT FROM webhook_deliveries d
      WHERE d.endpoint_id = w.endpoint_id AND d.round = w.round AND d.event_id = w.id)
    ORDER BY w.position`;
}

/** What the receiver gets, in the shape that Standard Webhooks proposes, with what it takes to go on elsewhere. */
const bodyOf = ({ id, type, at, data }: PartnerEventRow, cursor: string): string =>
  JSON.stringify({ type, timestamp: at.toISOString(), data, id: partnerEventId(id), cursor });
