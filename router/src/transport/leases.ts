import type { Logger } from '@meridian/kernel/logger';
import type { SubgraphResponse, SubgraphTransport } from '@meridian/kernel/transport';

export type Leases = {
  /** Keeps transports open until the function it gives is called. The last to let go of one closes it. */
  take(transports: Iterable<SubgraphTransport>): () => void;
  /**
   * The same transport, which stays open while one of its streams does: until its `return` is called, which whoever reads
   * it is to do when it has ended, too. For the same transport the same object.
   */
  keptByStreams(transport: SubgraphTransport): SubgraphTransport;
  /** Closes whatever is open, and settles when all is closed. */
  closeAll(): Promise<void>;
};

/** Counts who uses each transport, for several supergraphs may reach a subgraph by the same one. */
export function createLeases(logger: Pick<Logger, 'warn'>): Leases {
  const users = new Map<SubgraphTransport, number>();
  const closing = new Set<Promise<void>>();
  const kept = new WeakMap<SubgraphTransport, SubgraphTransport>();

  function close(transport: SubgraphTransport): void {
    users.delete(transport);
    const closed = transport
      .close()
      .catch((error: unknown) => logger.warn({ err: error }, 'a transport did not close'))
      .finally(() => closing.delete(closed));
    closing.add(closed);
  }

  function letGo(transport: SubgraphTransport): void {
    const left = (users.get(transport) ?? 0) - 1;
    if (left > 0) users.set(transport, left);
    else if (left === 0) close(transport);
  }

  const hold = (transport: SubgraphTransport) => users.set(transport, (users.get(transport) ?? 0) + 1);

  function take(transports: Iterable<SubgraphTransport>): () => void {
    const taken = new Set(transports);
    for (const transport of taken) hold(transport);
    return () => {
      for (const transport of taken) letGo(transport);
      taken.clear();
    };
  }

  return {
    take,
    keptByStreams(transport) {
      const known = kept.get(transport);
      if (known) return known;
      const keeping = keepingOpen(transport, { hold, letGo });
      kept.set(transport, keeping);
      return keeping;
    },
    async closeAll() {
      for (const transport of users.keys()) close(transport);
      await Promise.all(closing);
    },
  };
}

type Lease = { hold(transport: SubgraphTransport): void; letGo(transport: SubgraphTransport): void };

const keepingOpen = (transport: SubgraphTransport, lease: Lease): SubgraphTransport => ({
  ...transport,
  subscribe(request) {
    lease.hold(transport);
    try {
      return new LeasedStream(transport.subscribe(request), transport, lease);
    } catch (error) {
      lease.letGo(transport);
      throw error;
    }
  },
});

/** A class, for there may be one for each subscriber. */
class LeasedStream implements AsyncIterableIterator<SubgraphResponse> {
  readonly #events: AsyncIterableIterator<SubgraphResponse>;
  readonly #transport: SubgraphTransport;
  #lease: Lease | undefined;

  constructor(events: AsyncIterableIterator<SubgraphResponse>, transport: SubgraphTransport, lease: Lease) {
    this.#events = events;
    this.#transport = transport;
    this.#lease = lease;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<SubgraphResponse>> {
    return this.#events.next();
  }

  async return(): Promise<IteratorResult<SubgraphResponse>> {
    try {
      await this.#events.return?.();
      return { done: true, value: undefined };
    } finally {
      this.#lease?.letGo(this.#transport);
      this.#lease = undefined;
    }
  }
}
