import type { Pool } from 'pg';
import { eventQueue } from './event-queue.ts';
import type { Logger } from './logger.ts';
import type { Notifications } from './notifications.ts';

/** An event as the outbox told it. `position` is where it stands in the log. */
export type ToldEvent = { position: Position; type: string; key: string; data: unknown; at: Date };

/** The transaction that wrote it, then its number: the order in which the log is read. */
export type Position = { xid: string; id: string };

/** The live end of one subgraph's outbox, told to everyone in this process who wants to hear. */
export type OutboxTail = {
  /** Events of these types from now on. The iterator's `return` ends it. */
  stream(types: readonly string[], accept?: (event: ToldEvent) => boolean): AsyncIterableIterator<ToldEvent>;
  stop(): Promise<void>;
};

export type OutboxTailOptions = {
  pool: Pool;
  /** The Postgres schema, which names the channel too: a trigger on the table notifies `<schema>_outbox`. */
  schema: string;
  notifications: Notifications;
  logger: Logger;
  /** Awaited for each event before anyone hears of it; here cached rows are invalidated. */
  before?: (event: ToldEvent) => Promise<void>;
};

const batchSize = 500;
/** How soon to look again while an older transaction is still open and holds back rows that are written already. */
const heldBackMs = 20;
const afterFailureMs = 500;

/**
 * Reads the log in commit-safe order: by (transaction, number), and only transactions older than every one that is
 * still running. Ordered by number alone, a reader would pass over rows of a transaction that commits late.
 */
const readLog = `
  SELECT o.xid::text, o.id::text, o.type, o.key, o.data, o.created_at AS at
  FROM outbox o
  WHERE (o.xid, o.id) > ($1::xid8, $2::bigint) AND o.xid < pg_snapshot_xmin(pg_current_snapshot())
    AND NOT pg_visible_in_snapshot(o.xid, $3::pg_snapshot)
  ORDER BY o.xid, o.id
  LIMIT ${batchSize}`;

const heldBack = `SELECT EXISTS (SELECT FROM outbox WHERE xid >= pg_snapshot_xmin(pg_current_snapshot())) AS "waiting"`;

/**
 * Where to begin: at the oldest transaction that is still running. Some that are younger have committed already;
 * the snapshot tells which, so that exactly what commits from now on is told.
 */
const endOfLog = `
  SELECT pg_snapshot_xmin(now)::text AS xid, now::text AS snapshot FROM pg_current_snapshot() AS now`;

/** Starts reading at the end of the log; what is there already is not told again. */
export async function startOutboxTail(options: OutboxTailOptions): Promise<OutboxTail> {
  const { pool, schema, notifications, logger, before } = options;
  const listeners = new Set<(event: ToldEvent) => void>();
  let timer: NodeJS.Timeout | null = null;
  let reading: Promise<void> | null = null;
  let again = false;
  let stopped = false;

  const [start] = (await pool.query<{ xid: string; snapshot: string }>(endOfLog)).rows;
  if (!start) throw new Error('Postgres did not say where the log ends');
  let position: Position = { xid: start.xid, id: '0' };

  const readOn = async (): Promise<void> => {
    for (;;) {
      // Asked before reading: what a transaction that ends in between sets free would be passed over otherwise, because
      // its notification has come already. What is written in between notifies anew.
      const waiting = (await pool.query<{ waiting: boolean }>(heldBack)).rows[0]?.waiting;
      const { rows } = await pool.query<Omit<ToldEvent, 'position'> & Position>({
        name: 'read-outbox',
        text: readLog,
        values: [position.xid, position.id, start.snapshot],
      });
      for (const { xid, id, ...event } of rows) {
        position = { xid, id };
        const told = { ...event, position };
        await before?.(told);
        for (const tell of listeners) tell(told);
      }
      if (rows.length === batchSize) continue;
      if (waiting) wakeIn(heldBackMs);
      return;
    }
  };

  const wakeIn = (ms: number): void => {
    if (stopped) return;
    timer ??= setTimeout(() => {
      timer = null;
      wake();
    }, ms);
  };

  /** One reader at a time; a wake-up during a read starts another after it. */
  const wake = (): void => {
    if (stopped) return;
    if (reading) {
      again = true;
      return;
    }
    again = false;
    reading = readOn()
      .catch((error: unknown) => {
        logger.warn({ err: error }, 'could not read the outbox; trying again');
        wakeIn(afterFailureMs);
      })
      .finally(() => {
        reading = null;
        if (again) wake();
      });
  };

  await notifications.listen(`${schema}_outbox`, wake);
  wake();

  return {
    stream(types, accept = () => true) {
      const wanted = new Set(types);
      const tell = (event: ToldEvent): void => {
        if (wanted.has(event.type) && accept(event)) queue.push(event);
      };
      const queue = eventQueue<ToldEvent>({ onClose: () => listeners.delete(tell) });
      listeners.add(tell);
      return queue.stream;
    },
    async stop() {
      stopped = true;
      if (timer) clearTimeout(timer);
      await reading;
    },
  };
}
