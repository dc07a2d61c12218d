import type { LoggedEvent } from './log-table.ts';
import { isAfter, type Position } from './position.ts';

/** The newest events of a log in memory, so that who missed only a moment costs no statement. */
export type RecentEvents = {
  push(event: LoggedEvent): void;
  /** The events after a position, oldest first; null when some of them are not kept here. */
  after(position: Position): Iterable<LoggedEvent> | null;
  /** Of the newest event, or where the log was taken up when there has been none. */
  position(): Position;
};

/** Keeps `capacity` events at least and twice as many at most, of those after `from`. */
export function recentEvents(from: Position, capacity: number): RecentEvents {
  let events: LoggedEvent[] = [];
  let floor = from;

  return {
    push(event) {
      events.push(event);
      if (events.length <= 2 * capacity) return;
      floor = events[capacity - 1]?.position ?? floor;
      events = events.slice(capacity); // A new array: somebody may be in the middle of the old one.
    },
    after: (position) => (isAfter(floor, position) ? null : eventsAfter(events, position)),
    position: () => events.at(-1)?.position ?? floor,
  };
}

function* eventsAfter(events: readonly LoggedEvent[], position: Position): Generator<LoggedEvent> {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const event = events[middle];
    if (event && isAfter(event.position, position)) high = middle;
    else low = middle + 1;
  }
  for (let event = events[low]; event; event = events[++low]) yield event;
}
