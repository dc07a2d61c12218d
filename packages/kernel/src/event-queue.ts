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

type Waiting<Item> = PromiseWithResolvers<IteratorResult<Item>>;
type Limits = Required<Pick<EventQueueOptions, 'capacity' | 'whenFull'>>;

const usualLimits: Limits = { capacity: 1_000, whenFull: 'fail' };

/**
 * An async iterator over what is pushed, with a bounded buffer, so that a slow reader does not grow the heap. A class, and
 * without arrays while nothing waits: there may be one for each subscriber.
 */
export class QueuedStream<Item> implements AsyncIterableIterator<Item> {
  readonly #limits: Limits;
  #items: Item[] | undefined;
  #readers: Waiting<Item>[] | undefined;
  #failure: Error | undefined;
  #isClosed = false;

  constructor(limits: Limits = usualLimits) {
    this.#limits = limits;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Item>> {
    const items = this.#items;
    const item = items?.shift();
    if (item !== undefined) {
      if (items?.length === 0) this.#items = undefined;
      return Promise.resolve({ done: false, value: this.handOver(item) });
    }
    const failure = this.#failure;
    if (failure) {
      this.#failure = undefined;
      return Promise.reject(failure);
    }
    if (this.#isClosed) return Promise.resolve({ done: true, value: undefined });
    const reader: Waiting<Item> = Promise.withResolvers();
    if (this.#readers) this.#readers.push(reader);
    else this.#readers = [reader];
    return reader.promise;
  }

  return(): Promise<IteratorResult<Item>> {
    this.#items = undefined;
    this.#failure = undefined;
    this.#close();
    return Promise.resolve({ done: true, value: undefined });
  }

  push(item: Item): void {
    if (this.#isClosed) return;
    const { capacity, whenFull } = this.#limits;
    const reader = this.#nextReader();
    if (reader) reader.resolve({ done: false, value: this.handOver(item) });
    else if (!this.#items) this.#items = [item];
    else if (this.#items.length < capacity) this.#items.push(item);
    else if (whenFull === 'drop-oldest') {
      this.#items.shift();
      this.#items.push(item);
    } else {
      // After what waits: who comes again after the last of it has not had all the rest sent in vain.
      this.#failure = new SlowConsumerError(capacity);
      this.#close();
    }
  }

  /** Ends it after what is queued, by throwing `error` where one is given. */
  end(error?: Error): void {
    if (this.#isClosed) return;
    if (error) {
      const reader = this.#nextReader();
      if (reader) reader.reject(error);
      else this.#failure = error;
    }
    this.#close();
  }

  /** Called with each item when the reader gets it. */
  protected handOver(item: Item): Item {
    return item;
  }

  /** Called once, whoever ends it. */
  protected onClosed(): void {}

  #nextReader(): Waiting<Item> | undefined {
    const reader = this.#readers?.shift();
    if (this.#readers?.length === 0) this.#readers = undefined;
    return reader;
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const readers = this.#readers ?? [];
    this.#readers = undefined;
    for (const reader of readers) reader.resolve({ done: true, value: undefined });
    this.onClosed();
  }
}

class ToldStream<Item> extends QueuedStream<Item> {
  readonly #onClose: (() => void) | undefined;

  constructor({ onClose, ...limits }: EventQueueOptions) {
    super({ ...usualLimits, ...limits });
    this.#onClose = onClose;
  }

  protected override onClosed(): void {
    this.#onClose?.();
  }
}

/**
 * Turns pushes into an async iterator with a bounded buffer. `onClose` runs once, whoever ends it.
 */
export function eventQueue<Item>(options: EventQueueOptions = {}): EventQueue<Item> {
  const stream = new ToldStream<Item>(options);
  return {
    stream,
    push: (item) => stream.push(item),
    end: (error) => stream.end(error),
  };
}
