import { Prisma } from '../generated/prisma/client.ts';
import { addDeliveries, type FanOut, organisationOf, pageSize, wants, window } from './add-deliveries.ts';
import { eventsAfter, type LogPlace, moveReader, type PartnerEventRow, takeReader } from './event-reader.ts';

/** Deliveries that one transaction may make, as long as they are of more than one event: it is to take a moment only. */
const mostAtOnce = 5_000;

/** Endpoints that get what the reader reads. */
const keepsUp = Prisma.sql`e.cursor_xid IS NULL AND e.disabled_at IS NULL`;

/**
 * Hands the next events of the log to all endpoints that keep up with it, and moves the reader, in one transaction: a
 * crash takes both back. An endpoint that has no room for more falls behind with a cursor of its own.
 */
export async function handOn({ db, partnerLog, now, logger }: FanOut): Promise<void> {
  await db.$transaction(async (tx) => {
    const { place, hasMissed } = await takeReader(tx);
    if (hasMissed) {
      logger.warn('events were trimmed before webhooks could have them');
      await tx.$executeRaw`UPDATE webhook_endpoints e SET missed_at = ${now()}::timestamptz WHERE ${keepsUp}`;
    }
    const page = await eventsAfter(tx, place, { most: pageSize });
    const events = page.slice(0, await howMany(tx, page));
    const last = events.at(-1);
    if (!last) return;
    const { withRoom, full } = await lockThoseWho(tx, events);
    if (full.length > 0) await fallBehind(tx, full, place);
    await addDeliveries(tx, withRoom, events, { partnerLog, now });
    await moveReader(tx, last);
  });
}

type Kind = Pick<PartnerEventRow, 'type' | 'organisationId'>;

/** The kinds of events, by who may want them, each once; and of which kind each event is. */
function kindsOf(events: readonly PartnerEventRow[]): { kinds: Kind[]; kindOf: number[] } {
  const numbers = new Map<string, number>();
  const kinds: Kind[] = [];
  const kindOf = events.map((event) => {
    const name = `${event.type} ${organisationOf(event)}`;
    const number = numbers.get(name) ?? kinds.push(event) - 1;
    numbers.set(name, number);
    return number;
  });
  return { kinds, kindOf };
}

const listOf = (kinds: readonly Kind[]) => Prisma.sql`
  unnest(${kinds.map(({ type }) => type)}::text[], ${kinds.map(organisationOf)}::text[])
    WITH ORDINALITY AS v(type, organisation_id, number)`;

/** How many of these events make no more deliveries than one transaction may; one in any case. */
async function howMany(tx: Prisma.TransactionClient, events: readonly PartnerEventRow[]): Promise<number> {
  const { kinds, kindOf } = kindsOf(events);
  const counts = await tx.$queryRaw<{ number: number; wanting: number }[]>`
    SELECT v.number::int AS number, count(*)::int AS wanting
    FROM ${listOf(kinds)} JOIN webhook_endpoints e ON ${keepsUp} AND ${wants} GROUP BY v.number`;
  const wanting = new Map(counts.map((count) => [count.number - 1, count.wanting]));
  let deliveries = 0;
  const tooMany = kindOf.findIndex((kind) => {
    deliveries += wanting.get(kind) ?? 0;
    return deliveries > mostAtOnce;
  });
  return tooMany === -1 ? events.length : Math.max(1, tooMany);
}

/** Locks the endpoints that want any of these events, in one order, and says which of them have room for all of them. */
async function lockThoseWho(
  tx: Prisma.TransactionClient,
  events: readonly PartnerEventRow[],
): Promise<{ withRoom: string[]; full: string[] }> {
  const locked = await tx.$queryRaw<{ id: string; pending: number }[]>`
    SELECT e.id, (
      SELECT count(*)::int FROM webhook_deliveries d WHERE d.endpoint_id = e.id AND d.status = 'PENDING') AS pending
    FROM webhook_endpoints e
    WHERE ${keepsUp} AND EXISTS (SELECT FROM ${listOf(kindsOf(events).kinds)} WHERE ${wants})
    ORDER BY e.id FOR NO KEY UPDATE`;
  const hasRoom = ({ pending }: { pending: number }) => pending + events.length <= window;
  const idsOf = (rows: typeof locked) => rows.map(({ id }) => id);
  return {
    withRoom: idsOf(locked.filter(hasRoom)),
    full: idsOf(locked.filter((row) => !hasRoom(row))),
  };
}

async function fallBehind(
  tx: Prisma.TransactionClient,
  endpointIds: readonly string[],
  { xid, id }: LogPlace,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE webhook_endpoints SET cursor_xid = ${xid}::xid8, cursor_id = ${id} WHERE id = ANY (${[...endpointIds]})`;
}
