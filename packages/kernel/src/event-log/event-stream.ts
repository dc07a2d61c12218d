import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { LoggedEvent, LogTable } from './log-table.ts';
import { encodeCursor, isAfter, type Position } from './position.ts';
import { readPage } from './read-page.ts';
import type { RecentEvents } from './recent-events.ts';
import type { Turns } from './turns.ts';
import type { WaitingReader, WaitingReaders } from './waiting-readers.ts';

/** Events of a log, in its order; `next` throws CURSOR_EXPIRED when the reader is so slow that what it wants is trimmed. */
export type EventStream = AsyncIterableIterator<LoggedEvent> & {
  /** The cursor up to which nothing is left to tell, though what it is of may have been of no interest. */
  position(): string;
};

export type EventFilter = {
  /** All when absent. */
  types?: readonly string[];
  /** What it happened to; anything when absent. */
  keys?: readonly string[];
  /** Asked for each event at the moment it is told, and so the place to ask again whether the reader may see it. */
  accept?: (event: LoggedEvent) => boolean;
};

type Sources = {
  log: LogTable;
  recent: RecentEvents;
  waiting: WaitingReaders;
  /** In which streams read from Postgres. */
  inTurn: Turns;
  logger: Logger;
};

const pageSize = 200;
const afterFailureMs = 250;
const end = { done: true as const, value: undefined };

/**
 * What comes after a position, then live. A stream keeps no queue: it is a place in the log that moves when it is read,
 * in the database while far behind, then in memory. So there is no seam between old and new where an event could be
 * lost or told twice, and a reader that is slow costs nothing.
 */
export function openStream(
  { log, recent, waiting, inTurn, logger }: Sources,
  filter: EventFilter,
  after: Position,
): EventStream {
  const types = filter.types && new Set(filter.types);
  const keys = filter.keys && new Set(filter.keys);
  const closing = new AbortController();
  let position = after;
  let page: LoggedEvent[] = [];
  let pageEnd = after;
  let waitingFor: PromiseWithResolvers<LoggedEvent | null> | null = null;
  let last: Promise<unknown> = Promise.resolve();

  const isWanted = (event: LoggedEvent): boolean =>
    isAfter(event.position, position) &&
    (!types || types.has(event.type)) &&
    (!keys || keys.has(event.key)) &&
    (filter.accept?.(event) ?? true);

  /** Postgres may be starting again: the stream waits for it, and goes on where it was. */
  const readOn = async (): Promise<null> => {
    try {
      // Asked for when its turn has come: by then the memory may reach back far enough.
      const read = await inTurn(async () => {
        if (closing.signal.aborted || recent.after(position)) return null;
        const request = { after: position, to: recent.position(), limit: pageSize };
        return readPage(log, { ...request, types: filter.types, keys: filter.keys });
      });
      if (!read) return null;
      page = read.events;
      pageEnd = read.upTo;
    } catch (error) {
      if (error instanceof AppError) throw error;
      logger.warn({ err: error, log: log.name }, 'could not read what a stream missed; trying again');
      await pause(afterFailureMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
    return null;
  };

  const fromMemory = async (events: Iterable<LoggedEvent>): Promise<LoggedEvent | null> => {
    for (const event of events) if (isWanted(event)) return event;
    waitingFor = Promise.withResolvers();
    waiting.add(reader);
    return waitingFor.promise;
  };

  const stopWaiting = (): typeof waitingFor => {
    const found = waitingFor;
    waitingFor = null;
    waiting.remove(reader);
    return found;
  };

  const reader: WaitingReader = {
    keys: filter.keys,
    offer(event) {
      try {
        if (isWanted(event)) stopWaiting()?.resolve(event);
      } catch (error) {
        stopWaiting()?.reject(error);
      }
    },
  };

  const tell = (event: LoggedEvent): IteratorResult<LoggedEvent, undefined> => {
    position = event.position;
    return { done: false, value: event };
  };

  const step = async (): Promise<IteratorResult<LoggedEvent, undefined>> => {
    while (!closing.signal.aborted) {
      for (let event = page.shift(); event; event = page.shift()) if (isWanted(event)) return tell(event);
      if (isAfter(pageEnd, position)) position = pageEnd;
      const events = recent.after(position);
      const event = events ? await fromMemory(events) : await readOn();
      if (event) return tell(event);
    }
    return end;
  };

  const stream: EventStream = {
    [Symbol.asyncIterator]: () => stream,
    next() {
      const turn = last.then(step);
      last = turn.catch(() => undefined);
      return turn;
    },
    async return() {
      closing.abort();
      stopWaiting()?.resolve(null);
      return end;
    },
    position() {
      const told = waitingFor ? recent.position() : position;
      return encodeCursor(log.name, isAfter(told, position) ? told : position);
    },
  };
  return stream;
}
