/*
 * Async iterators that can be ended while they wait. An async generator cannot: its `return` queues behind the `next`
 * that is pending, so that an idle subscription would never be given up.
 */

const end = { done: true as const, value: undefined };

/** `source` with each item replaced by what `map` makes of it. */
export function mapStream<Source, Item>(
  source: AsyncIterator<Source>,
  map: (item: Source) => Promise<Item>,
): AsyncIterableIterator<Item> {
  return iterable<Item>({
    async next() {
      const { done, value } = await source.next();
      return done ? end : { done: false, value: await map(value) };
    },
    async return() {
      await source.return?.();
      return end;
    },
  });
}

/** A stream that begins when it is first read, and never begins when it was ended before. */
export function lazyStream<Item>(start: () => Promise<AsyncIterator<Item>>): AsyncIterableIterator<Item> {
  let started: Promise<AsyncIterator<Item>> | null = null;
  let ended = false;
  return iterable<Item>({
    async next() {
      if (ended) return end;
      started ??= start();
      return (await started).next();
    },
    async return() {
      ended = true;
      await started?.then(
        (source) => source.return?.(),
        () => undefined,
      );
      return end;
    },
  });
}

/** A stream of the one item that `make` makes. */
export function streamOf<Item>(make: () => Promise<Item>): AsyncIterableIterator<Item> {
  let made = false;
  return iterable<Item>({
    async next() {
      if (made) return end;
      made = true;
      return { done: false, value: await make() };
    },
    async return() {
      made = true;
      return end;
    },
  });
}

/** An iterator that can be looped over. */
export function iterable<Item>(iterator: {
  next(): Promise<IteratorResult<Item>>;
  return(): Promise<IteratorResult<Item>>;
}): AsyncIterableIterator<Item> {
  const stream: AsyncIterableIterator<Item> = { ...iterator, [Symbol.asyncIterator]: () => stream };
  return stream;
}
