import { GraphQLError } from 'graphql';

export type Logged = { cursor: string; id: string; step: number };

/** A log of events in memory, read after a cursor and then on, as the log of a real subgraph is. */
export function demoLog() {
  const entries: Logged[] = [];
  const readers = new Set<{ wake(): void; lose(error: Error): void }>();
  let firstKept = 0;

  /** @throws CURSOR_INVALID, CURSOR_EXPIRED */
  function indexAfter(cursor: string | null | undefined): number {
    if (cursor === null || cursor === undefined) return entries.length;
    const index = /^c\d+$/.test(cursor) ? Number(cursor.slice(1)) : Number.NaN;
    if (!(index <= entries.length))
      throw new GraphQLError('No such cursor', { extensions: { code: 'CURSOR_INVALID' } });
    if (index < firstKept)
      throw new GraphQLError('Too old a cursor', {
        extensions: { code: 'CURSOR_EXPIRED', resumeFrom: `c${firstKept}` },
      });
    return index;
  }

  return {
    readers,
    append(id: string): Logged {
      const entry = { cursor: `c${entries.length + 1}`, id, step: entries.length + 1 };
      entries.push(entry);
      for (const reader of [...readers]) reader.wake();
      return entry;
    },
    /** Forgets all but the newest. */
    keep(newest: number) {
      firstKept = entries.length - newest;
    },
    /** Ends every open stream as a lost connection would. */
    lose() {
      for (const reader of [...readers]) reader.lose(new Error('connection lost'));
    },
    /** The cursor of the end. */
    end: () => `c${entries.length}`,
    /** @param id only events of this one */
    stream(after?: string | null, id?: string | null): AsyncIterableIterator<{ stockLog: Logged }> {
      let index = indexAfter(after);
      let isOver = false;
      let lost: Error | undefined;
      let news = Promise.withResolvers<void>();
      const reader = {
        wake: () => news.resolve(),
        lose(error: Error) {
          lost = error;
          readers.delete(reader);
          news.resolve();
        },
      };
      readers.add(reader);
      const stream: AsyncIterableIterator<{ stockLog: Logged }> = {
        [Symbol.asyncIterator]: () => stream,
        async next() {
          for (;;) {
            if (isOver) return { done: true, value: undefined };
            if (lost) throw lost;
            const entry = entries[index];
            if (entry) {
              index++;
              if (!id || entry.id === id) return { done: false, value: { stockLog: entry } };
              continue;
            }
            await news.promise;
            news = Promise.withResolvers<void>();
          }
        },
        async return() {
          isOver = true;
          readers.delete(reader);
          news.resolve();
          return { done: true, value: undefined };
        },
      };
      return stream;
    },
  };
}

export type DemoLog = ReturnType<typeof demoLog>;
