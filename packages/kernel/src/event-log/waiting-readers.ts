import type { LoggedEvent } from './log-table.ts';

/** Somebody who has read everything so far and waits for the next event. */
export type WaitingReader = {
  /** Whose events they wait for; anybody's when absent. */
  keys: readonly string[] | undefined;
  offer(event: LoggedEvent): void;
};

export type WaitingReaders = {
  add(reader: WaitingReader): void;
  remove(reader: WaitingReader): void;
  /** Offers the event to those who wait for its key, without asking all the others. */
  tell(event: LoggedEvent): void;
};

export function waitingReaders(): WaitingReaders {
  const anyKey = new Set<WaitingReader>();
  const byKey = new Map<string, Set<WaitingReader>>();
  return {
    add(reader) {
      if (!reader.keys) anyKey.add(reader);
      for (const key of reader.keys ?? []) byKey.set(key, (byKey.get(key) ?? new Set()).add(reader));
    },
    remove(reader) {
      anyKey.delete(reader);
      for (const key of reader.keys ?? []) {
        const readers = byKey.get(key);
        readers?.delete(reader);
        if (readers?.size === 0) byKey.delete(key);
      }
    },
    tell(event) {
      for (const reader of byKey.get(event.key) ?? []) reader.offer(event);
      for (const reader of anyKey) reader.offer(event);
    },
  };
}
