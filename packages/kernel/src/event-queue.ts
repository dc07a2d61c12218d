/** Thrown into a subscription whose reader is too slow for its stream. */
export class SlowConsumerError extends Error {
  override name = 'SlowConsumerError';
  constructor(capacity: number) {
    super(`The reader of this stream fell more than ${capacity} events behind`);
  }
}

export type EventQueue<Item> = {
  push(item: Item): void;
  /** Ends the stream after what is queued, by throwing `error` where one is given. */
  end(error?: Error): void;
  stream: AsyncIterableIterator<Item>;
};

export type EventQueueOptions = {
  /** Items that may wait for the reader. */
  capacity?: number;
  /** What happens to a reader that falls further behind: it gets `SlowConsumerError` after what waits, or loses the oldest. */
  whenFull?: 'fail' | 'drop-oldest';
  onClose?: () => void;
};

/**
 * Turns pushes into an async iterator with a bounded buffer, so that a slow reader does not grow the heap. `onClose` runs
 * once, whoever ends it.
 */
export function eventQueue<Item>(options: EventQueueOptions = {}): EventQueue<Item> {
  const { capacity = 1_000, whenFull = 'fail', onClose = () => {} } = options;
  const items: Item[] = [];
  const readers: PromiseWithResolvers<IteratorResult<Item>>[] = [];
  let failure: Error | null = null;
  let closed = false;

  const close = (): void => {
    if (closed) return;
    closed = true;
    for (const reader of readers.splice(0)) reader.resolve({ done: true, value: undefined });
    onClose();
  };

  const stream: AsyncIterableIterator<Item> = {
    [Symbol.asyncIterator]: () => stream,
    async next() {
      const item = items.shift();
      if (item !== undefined) return { done: false, value: item };
      if (failure) {
        const error = failure;
        failure = null;
        throw error;
      }
      if (closed) return { done: true, value: undefined };
      const reader = Promise.withResolvers<IteratorResult<Item>>();
      readers.push(reader);
      return reader.promise;
    },
    async return() {
      items.length = 0;
      failure = null;
      close();
      return { done: true, value: undefined };
    },
  };

  return {
    stream,
    end(error) {
      if (closed) return;
      if (error) {
        const reader = readers.shift();
        if (reader) reader.reject(error);
        else failure = error;
      }
      close();
    },
    push(item) {
      if (closed) return;
      const reader = readers.shift();
      if (reader) reader.resolve({ done: false, value: item });
      else if (items.length < capacity) items.push(item);
      else if (whenFull === 'drop-oldest') {
        items.shift();
        items.push(item);
      } else {
        // After what waits: who comes again after the last of it has not had all the rest sent in vain.
        failure = new SlowConsumerError(capacity);
        close();
      }
    },
  };
}
