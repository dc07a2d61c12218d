import type { Pool } from 'pg';
import pg from 'pg';
import { encodeCursor, type Position } from './position.ts';

/** One event as its log has it. */
export type LoggedEvent = {
  /** Where the event stands, as clients keep it. */
  cursor: string;
  position: Position;
  type: string;
  key: string;
  data: unknown;
  at: Date;
  /** What else the log's table keeps of it: the columns that it was opened with. */
  columns: Readonly<Record<string, unknown>>;
};

/** A table that events are appended to, and what its statements need to know of it. */
export type LogTable = {
  pool: Pool;
  /** Names the log in cursors, and the position up to which it is trimmed: `catalog.outbox`. */
  name: string;
  /** Quoted for SQL. */
  table: string;
  /** The table of positions up to which logs are trimmed; also quoted. */
  trims: string;
  /** The columns of an event, of the table that goes by `event`. */
  selected: string;
  toEvent(row: EventRow): LoggedEvent;
};

/** As Postgres sends it; `xid` and `id` are null where a statement has no event to tell of. */
export type EventRow = Record<string, unknown> & {
  xid: string | null;
  id: string | bigint | null;
  type: string;
  key: string;
  data: unknown;
  at: Date;
};

/** `columns` are those that the table has beside xid, id, type, key, data and created_at. */
export function logTable(
  pool: Pool,
  { schema, table, columns }: { schema: string; table: string; columns: readonly string[] },
): LogTable {
  const name = `${schema}.${table}`;
  const own = ['xid', 'id', 'type', 'key', 'data'].map((column) => `event.${column}`);
  const others = columns.map((column) => `event.${pg.escapeIdentifier(column)}`);
  return {
    pool,
    name,
    table: `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(table)}`,
    trims: `${pg.escapeIdentifier(schema)}.trimmed_logs`,
    selected: [...own, 'event.created_at AS at', ...others].join(', '),
    toEvent: (row) => {
      const { type, key, data, at } = row;
      const position = positionOf(row);
      return {
        cursor: encodeCursor(name, position),
        position,
        type,
        key,
        data,
        at,
        columns: Object.fromEntries(columns.map((column) => [column, row[column]])),
      };
    },
  };
}

/** Of a row that has one: xid8 comes as text, bigint as the pool was told. */
export const positionOf = ({ xid, id }: { xid: string | null; id: string | bigint | null }): Position => ({
  xid: BigInt(xid ?? 0),
  id: BigInt(id ?? 0),
});
