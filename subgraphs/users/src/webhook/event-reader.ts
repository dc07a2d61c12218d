import { Prisma } from '../generated/prisma/client.ts';

/** A place in the partners' log, as Postgres writes it. */
export type LogPlace = { xid: string; id: bigint };

/** A row of the partners' log. */
export type PartnerEventRow = LogPlace & {
  type: string;
  key: string;
  data: unknown;
  at: Date;
  /** Null: for every organisation. */
  organisationId: string | null;
};

/**
 * Takes the reader of the partners' log: who has it is the only one that makes deliveries until the transaction ends, and its
 * place does not move meanwhile. Everyone who takes both takes it before any endpoint.
 * @returns its place, and whether events after that are gone from the log already
 */
export async function takeReader(
  tx: Prisma.TransactionClient,
): Promise<{ place: LogPlace; hasMissed: boolean }> {
  const [reader] = await tx.$queryRaw<(LogPlace & { hasMissed: boolean })[]>`
    SELECT xid::text AS xid, id, EXISTS (
      SELECT FROM trimmed_logs t WHERE t.log = r.log AND (t.xid, t.id) > (r.xid, r.id)) AS "hasMissed"
    FROM webhook_readers r WHERE log = 'users.partner_events' FOR UPDATE`;
  if (!reader) throw new Error('The row of the reader is gone from webhook_readers');
  const { hasMissed, ...place } = reader;
  return { place, hasMissed };
}

/** Moves the reader that this transaction has taken. */
export async function moveReader(tx: Prisma.TransactionClient, { xid, id }: LogPlace): Promise<void> {
  await tx.$executeRaw`
    UPDATE webhook_readers SET xid = ${xid}::xid8, id = ${id} WHERE log = 'users.partner_events'`;
}

/** The events after one place, up to another or to the end. Rows count only when every older transaction has ended. */
export function eventsAfter(
  tx: Prisma.TransactionClient,
  after: LogPlace,
  { upTo, most }: { upTo?: LogPlace; most: number },
): Promise<PartnerEventRow[]> {
  const end = upTo ? Prisma.sql`(p.xid, p.id) <= (${upTo.xid}::xid8, ${upTo.id})` : Prisma.sql`true`;
  return tx.$queryRaw<PartnerEventRow[]>`
    SELECT xid::text AS xid, id, type, key, data, created_at AS at, organisation_id AS "organisationId"
    FROM partner_events p
    WHERE (p.xid, p.id) > (${after.xid}::xid8, ${after.id}) AND ${end} AND p.xid < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY p.xid, p.id LIMIT ${most}`;
}

/**
 * Gives an endpoint that keeps up with the reader a cursor of its own, there where the reader is: from now on it is passed
 * over. The endpoint must be locked, so that the reader has nothing under way for it.
 */
export async function leaveReader(tx: Prisma.TransactionClient, endpointId: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE webhook_endpoints SET cursor_xid = r.xid, cursor_id = r.id FROM webhook_readers r
    WHERE r.log = 'users.partner_events' AND webhook_endpoints.id = ${endpointId} AND cursor_xid IS NULL`;
}
