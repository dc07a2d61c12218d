import type { Logger } from '@meridian/kernel/logger';
import type { SubgraphTransport } from '@meridian/kernel/transport';

export type Leases = {
  /** Keeps transports open until the function it gives is called. The last to let go of one closes it. */
  take(transports: Iterable<SubgraphTransport>): () => void;
  /** The same transport, which stays open while one of its streams does. For the same transport the same object. */
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

  function take(transports: Iterable<SubgraphTransport>): () => void {
    const taken = new Set(transports);
    for (const transport of taken) users.set(transport, (users.get(transport) ?? 0) + 1);
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
      const keeping = keepingOpen(transport, take);
      kept.set(transport, keeping);
      return keeping;
    },
    async closeAll() {
      for (const transport of users.keys()) close(transport);
      await Promise.all(closing);
    },
  };
}

const keepingOpen = (transport: SubgraphTransport, take: Leases['take']): SubgraphTransport => ({
  ...transport,
  subscribe(request) {
    const release = take([transport]);
    const events = transport.subscribe(request);
    const stream: typeof events = {
      [Symbol.asyncIterator]: () => stream,
      async next() {
        try {
          const step = await events.next();
          if (step.done) release();
          return step;
        } catch (error) {
          release();
          throw error;
        }
      },
      async return() {
        try {
          await events.return?.();
          return { done: true, value: undefined };
        } finally {
          release();
        }
      },
    };
    return stream;
  },
});
