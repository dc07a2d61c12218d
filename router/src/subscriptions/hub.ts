import { type EventQueue, eventQueue } from '@meridian/kernel/event-queue';
import type { Logger } from '@meridian/kernel/logger';
import type { SubgraphTransport } from '@meridian/kernel/transport';
import type { Result, Variables } from '../engine/engine.ts';
import { backoff } from './backoff.ts';
import { canonical } from './canonical.ts';

export type Source = {
  subgraph: string;
  query: string;
  operationName: string | undefined;
  variables: Variables;
  /** Who may share: everything that the subgraph could tell two callers apart by. */
  identity: string;
  /** Asked on every connect, because signed viewers expire. */
  headers(): Promise<Record<string, string>>;
};

export type Hub = {
  /** Ends upstream when the last reader of the same source returns its iterator. */
  subscribe(source: Source): AsyncIterableIterator<Result>;
  close(): void;
};

type HubOptions = {
  /** By subgraph name; asked on every connect, because a reload may move a subgraph. */
  transportOf(subgraph: string): SubgraphTransport | undefined;
  logger: Logger;
  /** Events that may wait for one reader. */
  capacity: number;
  wait?: typeof backoff;
  /** Told how many upstreams are open. */
  onCount?: (upstreams: number) => void;
};

type Upstream = { readers: Set<EventQueue<Result>>; stop: AbortController };

/**
 * One stream from a subgraph for all readers of the same source. When its connection drops it comes again and the
 * readers stay; a reader that does not keep up is closed with `SlowConsumerError` and holds up nobody else.
 */
export function createHub({
  transportOf,
  logger,
  capacity,
  wait = backoff,
  onCount = () => {},
}: HubOptions): Hub {
  const upstreams = new Map<string, Upstream>();

  async function pump(source: Source, { readers, stop: { signal } }: Upstream): Promise<void> {
    const { subgraph, query, operationName, variables } = source;
    for (let failures = 0; !signal.aborted; failures++) {
      const transport = transportOf(subgraph);
      if (!transport) return;
      try {
        const headers = await source.headers();
        const events = transport.subscribe({ query, operationName, variables, headers, signal });
        for await (const event of events) {
          failures = 0;
          for (const reader of readers) reader.push(event);
        }
        return;
      } catch (error) {
        if (signal.aborted) return;
        logger.warn(
          { subgraph, failures, reason: error instanceof Error ? error.message : '' },
          'stream lost',
        );
      }
      await wait(failures, signal);
    }
  }

  function open(key: string, source: Source): Upstream {
    const upstream: Upstream = { readers: new Set(), stop: new AbortController() };
    upstreams.set(key, upstream);
    onCount(upstreams.size);
    void pump(source, upstream).finally(() => {
      forget(key, upstream);
      for (const reader of upstream.readers) reader.end();
    });
    return upstream;
  }

  function forget(key: string, upstream: Upstream): void {
    if (upstreams.get(key) === upstream) upstreams.delete(key);
    onCount(upstreams.size);
  }

  return {
    subscribe(source) {
      const { subgraph, query, operationName, variables, identity } = source;
      const key = canonical([subgraph, query, operationName ?? null, variables, identity]);
      const upstream = upstreams.get(key) ?? open(key, source);
      const reader = eventQueue<Result>({
        capacity,
        onClose: () => {
          upstream.readers.delete(reader);
          if (upstream.readers.size > 0) return;
          forget(key, upstream);
          upstream.stop.abort();
        },
      });
      upstream.readers.add(reader);
      return reader.stream;
    },
    close() {
      for (const { stop } of upstreams.values()) stop.abort();
    },
  };
}
