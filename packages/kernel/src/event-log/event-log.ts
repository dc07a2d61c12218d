import type { Pool } from 'pg';
import type { Logger } from '../logger.ts';
import type { Notifications } from '../notifications.ts';
import { type EventFilter, type EventStream, openStream } from './event-stream.ts';
import { type LoggedEvent, type LogTable, logTable, positionOf } from './log-table.ts';
import {
  decodeCursor,
  encodeCursor,
  expiredCursor,
  invalidCursor,
  isAfter,
  logStart,
  type Position,
} from './position.ts';
import { type Condition, readPage } from './read-page.ts';
import { startTail } from './tail.ts';
import { turns } from './turns.ts';
import { waitingReaders } from './waiting-readers.ts';

/** An append-only table of events, told live and from any cursor on, in the order of commit-safe positions. */
export type EventLog = {
  /**
   * Events after a cursor, then live without a hole between; without a cursor from now on. Ends by `return`.
   * @throws CURSOR_INVALID, CURSOR_EXPIRED, both with `extensions.resumeFrom`
   */
  stream(filter: EventFilter & { after?: string | null | undefined }): Promise<EventStream>;
  /**
   * A page of what has happened, oldest first; without a cursor from the oldest that is still kept.
   * @throws CURSOR_INVALID, CURSOR_EXPIRED, both with `extensions.resumeFrom`
   */
  read(request: ReadRequest): Promise<EventPage>;
  /** The cursor of a position of this log, for those who keep positions. */
  cursorOf(position: Position): string;
  /** The position of a cursor. @throws CURSOR_INVALID, CURSOR_EXPIRED, both with `extensions.resumeFrom` */
  positionOf(cursor: string): Promise<Position>;
  stop(): Promise<void>;
};

export type ReadRequest = {
  after?: string | null | undefined;
  /** Events at most. */
  first: number;
  /** All when absent. */
  types?: readonly string[] | undefined;
  keys?: readonly string[] | undefined;
  where?: Condition | undefined;
};

export type EventPage = {
  events: LoggedEvent[];
  /** Where the next page begins. There may be one although this one is short: a request looks at so many rows only. */
  endCursor: string;
  hasNextPage: boolean;
};

export type EventLogOptions = {
  pool: Pool;
  /** The Postgres schema and the table in it, which has the columns of `outbox`. */
  schema: string;
  table?: string;
  /** Further columns of the table, told in `LoggedEvent.columns`. */
  columns?: readonly string[];
  /** A trigger on the table notifies the channel `<schema>_<table>`. */
  notifications: Notifications;
  logger: Logger;
  /** Awaited for each event before anyone hears of it; here cached rows are invalidated. */
  before?: (event: LoggedEvent) => Promise<void>;
  /** Events kept in memory at least, and twice as many at most. They are what is read at the start, too. */
  kept?: number;
};

/** Streams that read from Postgres at once: a crowd that comes back leaves connections to everybody else. */
const mostReading = 3;
/** Statements that one request for a page may take. */
const mostStatements = 20;

/** Opens a log and reads on to its end. */
export async function openEventLog(options: EventLogOptions): Promise<EventLog> {
  const { pool, schema, table = 'outbox', columns = [], notifications, logger, kept = 1_000 } = options;
  const log = logTable(pool, { schema, table, columns });
  const waiting = waitingReaders();
  const inTurn = turns(mostReading);
  const { recent, stop } = await startTail({
    log,
    notifications,
    channel: `${schema}_${table}`,
    logger,
    kept,
    before: options.before ?? (async () => {}),
    tell: waiting.tell,
  });

  /** Whether all that came after it is still there. In memory most of them are, and then nobody has to be asked. */
  const positionAfter = async (cursor: string): Promise<Position> => {
    const position = decodeCursor(log.name, cursor);
    if (!position) throw invalidCursor(log.name, await oldestPosition(log));
    const isRecent = recent.after(position) !== null && !isAfter(position, recent.position());
    if (!isRecent) await checkPosition(log, position);
    return position;
  };

  return {
    async stream({ after, ...filter }) {
      const from = after == null ? recent.position() : await positionAfter(after);
      return openStream({ log, recent, waiting, inTurn, logger }, filter, from);
    },
    async read({ after, first, types, keys, where }) {
      const to = recent.position();
      const events: LoggedEvent[] = [];
      let position = after == null ? await oldestPosition(log) : await positionAfter(after);
      for (let statements = 0; statements < mostStatements; statements++) {
        if (events.length > first || !isAfter(to, position)) break;
        const limit = first + 1 - events.length;
        const page = await readPage(log, { after: position, to, limit, types, keys, where });
        events.push(...page.events);
        position = page.upTo;
      }
      const more = events.length > first;
      const shown = events.slice(0, first);
      const endPosition = more ? (shown.at(-1)?.position ?? position) : position;
      return {
        events: shown,
        endCursor: encodeCursor(log.name, endPosition),
        hasNextPage: more || isAfter(to, position),
      };
    },
    cursorOf: (position) => encodeCursor(log.name, position),
    positionOf: positionAfter,
    stop,
  };
}

/** @throws CURSOR_INVALID for a position that this database has not come to, CURSOR_EXPIRED for one that is trimmed */
async function checkPosition({ pool, trims, name }: LogTable, position: Position): Promise<void> {
  const { rows } = await pool.query<{ next: string; xid: string | null; id: string | null }>(
    `SELECT pg_snapshot_xmax(pg_current_snapshot()) AS next, trimmed.xid, trimmed.id
     FROM (VALUES (true)) AS one LEFT JOIN ${trims} trimmed ON trimmed.log = $1`,
    [name],
  );
  const [row] = rows;
  if (!row) throw new Error('Postgres did not say how far its transactions have come');
  const trimmed = positionOf(row);
  if (position.xid >= BigInt(row.next)) throw invalidCursor(name, trimmed);
  if (isAfter(trimmed, position)) throw expiredCursor(name, trimmed);
}

async function oldestPosition({ pool, trims, name }: LogTable): Promise<Position> {
  const { rows } = await pool.query(`SELECT xid, id FROM ${trims} WHERE log = $1`, [name]);
  return rows[0] ? positionOf(rows[0]) : logStart;
}
