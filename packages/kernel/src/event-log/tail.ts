import type { Logger } from '../logger.ts';
import type { Notifications } from '../notifications.ts';
import { wakeLoop } from '../wake-loop.ts';
import { type EventRow, type LoggedEvent, type LogTable, positionOf } from './log-table.ts';
import { type RecentEvents, recentEvents } from './recent-events.ts';

export type Tail = { recent: RecentEvents; stop(): Promise<void> };

export type TailOptions = {
  log: LogTable;
  notifications: Notifications;
  channel: string;
  logger: Logger;
  /** Events kept in memory, and read at the start. */
  kept: number;
  /** Awaited for each event before anyone hears of it. */
  before: (event: LoggedEvent) => Promise<void>;
  /** Called for each event, in order. */
  tell: (event: LoggedEvent) => void;
};

const batchSize = 500;
/** How soon to look again while an older transaction is still open and holds back rows that are written already. */
const heldBackMs = 20;
/** A server that vanished without closing its connections must not stop the log for ever. */
const longestReadMs = 10_000;

/**
 * Reads the log in commit-safe order: by (transaction, number), and only transactions older than every one that is still
 * running. Ordered by number alone, a reader would pass over rows of a transaction that commits late. All of it is one
 * statement, and so one snapshot: what it calls free and what it calls held back are all there is, and what is written
 * after it notifies anew. Whether some are held back is asked of the newest row: `EXISTS … xid >= …`, of which Postgres
 * expects a third of the log to be true, made it read all of the log each time.
 */
const readOn = ({ table, selected }: LogTable) => `
  SELECT look.waiting, found.*
  FROM (
    SELECT (SELECT xid FROM ${table} ORDER BY xid DESC, id DESC LIMIT 1)
      >= pg_snapshot_xmin(pg_current_snapshot()) AS waiting
  ) look LEFT JOIN LATERAL (
    SELECT ${selected} FROM ${table} event
    WHERE (event.xid, event.id) > ($1::xid8, $2::bigint) AND event.xid < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY event.xid, event.id LIMIT ${batchSize}
  ) found ON true
  ORDER BY found.xid, found.id`;

/** The place $2 events before the end, or the beginning of what is still kept. */
const whereToBegin = ({ table, trims }: LogTable) => `
  SELECT xid, id FROM (
    SELECT xid, id FROM ${table} WHERE xid < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY xid DESC, id DESC OFFSET $2 LIMIT 1
  ) event
  UNION ALL SELECT xid, id FROM ${trims} WHERE log = $1
  ORDER BY xid DESC, id DESC LIMIT 1`;

/**
 * Follows a log from a little before its end, so that `before` is made up for where a process was killed between writing
 * an event and hearing of it. Resolves when the end has been reached.
 */
export async function startTail(options: TailOptions): Promise<Tail> {
  const { log, notifications, channel, logger, kept, before, tell } = options;
  const [start] = (await log.pool.query<PositionRow>(whereToBegin(log), [log.name, kept])).rows;
  const recent = recentEvents(positionOf(start ?? { xid: null, id: null }), kept);
  const statement = { name: `read-${log.name}`, text: readOn(log), query_timeout: longestReadMs };

  const read = async (isStopped: () => boolean): Promise<void> => {
    while (!isStopped()) {
      const { xid, id } = recent.position();
      const { rows } = await log.pool.query<EventRow & { waiting: boolean | null }>({
        ...statement,
        values: [xid, id],
      });
      const events = rows.filter((row) => row.id !== null).map(log.toEvent);
      for (const event of events) {
        await before(event).catch((error: unknown) => {
          logger.error(
            { err: error, type: event.type, cursor: event.cursor },
            'an event could not be prepared',
          );
        });
        recent.push(event);
        tell(event);
      }
      if (events.length === batchSize) continue;
      if (rows[0]?.waiting) loop.wakeIn(heldBackMs);
      return;
    }
  };
  const loop = wakeLoop(read, (error) =>
    logger.warn({ err: error, log: log.name }, 'could not read the log of events; trying again'),
  );

  await read(() => false);
  await notifications.listen(channel, loop.wake);
  loop.wake();
  return { recent, stop: loop.stop };
}

type PositionRow = { xid: string | null; id: string | null };
