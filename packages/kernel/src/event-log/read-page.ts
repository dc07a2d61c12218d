import { type EventRow, type LoggedEvent, type LogTable, positionOf } from './log-table.ts';
import { expiredCursor, isAfter, type Position } from './position.ts';

export type PageRequest = {
  /** Exclusive. */
  after: Position;
  /** Inclusive; must be a position that the log has been read up to, so that nothing can come in below it. */
  to: Position;
  limit: number;
  /** All when absent. */
  types?: readonly string[] | undefined;
  keys?: readonly string[] | undefined;
  where?: Condition | undefined;
};

/**
 * More that must be true of an event, as SQL on `event`. Values go through `value`, which gives the placeholder:
 * `(value) => `event.organisation_id = ${value(id)}``.
 */
export type Condition = (value: (of: unknown) => string) => string;

export type LogPage = {
  events: LoggedEvent[];
  /** Everything up to here has been looked at. */
  upTo: Position;
};

/** Rows that one statement looks at, so that a rare type in a long log does not make a long statement. */
const mostScanned = 5_000;

type PageRow = EventRow & {
  to_xid: string;
  to_id: string;
  trimmed_xid: string | null;
  trimmed_id: string | null;
};

/** Events in the order of the log. @throws CURSOR_EXPIRED when some after `after` are trimmed */
export async function readPage(log: LogTable, request: PageRequest): Promise<LogPage> {
  const { after, limit } = request;
  const { text, values } = pageStatement(log, request);
  const { rows } = await log.pool.query<PageRow>(text, values);
  const [first] = rows;
  if (!first) throw new Error('Postgres did not say how far it read the log');
  const trimmed = positionOf({ xid: first.trimmed_xid, id: first.trimmed_id });
  if (isAfter(trimmed, after)) throw expiredCursor(log.name, trimmed);
  const events = rows.filter(({ id }) => id !== null).map(log.toEvent);
  const last = events.at(-1);
  const upTo =
    events.length === limit && last ? last.position : positionOf({ xid: first.to_xid, id: first.to_id });
  return { events, upTo };
}

/**
 * Always gives a row at least, which says how far was looked. By keys, each key is followed on an index of its own;
 * otherwise the log is, `mostScanned` rows at a time. What is trimmed is read in the same snapshot.
 */
function pageStatement(
  { table, trims, name, selected }: LogTable,
  { after, to, limit, types, keys, where }: PageRequest,
): { text: string; values: unknown[] } {
  const values: unknown[] = [];
  const value = (of: unknown) => `$${values.push(of)}`;
  const beyond = `(${value(after.xid)}::xid8, ${value(after.id)}::bigint)`;
  const [toXid, toId] = [`${value(to.xid)}::xid8`, `${value(to.id)}::bigint`];
  const most = `${value(limit)}::int`;
  const conditions = [
    `(event.xid, event.id) > ${beyond}`,
    '(event.xid, event.id) <= (bounds.to_xid, bounds.to_id)',
    ...(types ? [`event.type = ANY(${value(types)}::text[])`] : []),
    ...(where ? [`(${where(value)})`] : []),
  ].join(' AND ');
  const inOrder = `ORDER BY xid, id LIMIT ${most}`;
  const found = keys
    ? `SELECT of_key.* FROM unnest(${value(keys)}::text[]) AS wanted (key) CROSS JOIN LATERAL (
         SELECT ${selected} FROM ${table} event WHERE event.key = wanted.key AND ${conditions} ${inOrder}
       ) of_key ${inOrder}`
    : `SELECT ${selected} FROM ${table} event WHERE ${conditions} ${inOrder}`;
  const edge = keys
    ? 'SELECT NULL::xid8 AS xid, NULL::bigint AS id WHERE false'
    : `SELECT event.xid, event.id FROM ${table} event
       WHERE (event.xid, event.id) > ${beyond} AND (event.xid, event.id) <= (${toXid}, ${toId})
       ORDER BY event.xid, event.id OFFSET ${mostScanned - 1} LIMIT 1`;
  const text = `
    WITH bounds AS MATERIALIZED (
      SELECT coalesce(edge.xid, ${toXid}) AS to_xid, coalesce(edge.id, ${toId}) AS to_id,
             trimmed.xid AS trimmed_xid, trimmed.id AS trimmed_id
      FROM (VALUES (true)) AS one
      LEFT JOIN (${edge}) edge ON true
      LEFT JOIN ${trims} trimmed ON trimmed.log = ${value(name)}
    )
    SELECT bounds.*, found.* FROM bounds LEFT JOIN LATERAL (${found}) found ON true ORDER BY found.xid, found.id`;
  return { text, values };
}
