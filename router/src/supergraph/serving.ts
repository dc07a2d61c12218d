import type { Logger } from '@meridian/kernel/logger';
import type { SubgraphTransport } from '@meridian/kernel/transport';
import type { Engine, OperationText, RunningEngine } from '../engine/engine.ts';
import type { MaybePromise } from '../engine/maybe-promise.ts';
import type { StartingEngine } from '../engine/start-engine.ts';
import { createLeases } from '../transport/leases.ts';
import { engineOf } from './engine-of.ts';
import { type Generation, startGeneration } from './generation.ts';

/** What is served: it can be replaced while the router runs. */
export type Supergraph = {
  supergraphSdl: string;
  /** By subgraph name. The router closes them when it needs them no more. */
  transports: Readonly<Record<string, SubgraphTransport>>;
};

export type Serving = {
  /** The engine of the moment. */
  engine: Engine;
  /** How a subgraph is reached at the moment, for streams. */
  transportOf(subgraph: string): SubgraphTransport | undefined;
  /** Does something with the transports of the moment, which stay open meanwhile. */
  withTransports<Value>(ask: (transports: Supergraph['transports']) => MaybePromise<Value>): Promise<Value>;
  /**
   * Serves another supergraph, one swap after the other, in the order of the calls.
   * @throws when it does not load, when `onSwap` does, or when the router stops; then everything stays as it was.
   */
  swap(supergraph: Supergraph): Promise<void>;
  /** No swap comes through any more, one that is under way fails. What is served stays. */
  stopSwapping(): Promise<void>;
  /** Ends every thread and closes every transport. */
  close(): Promise<void>;
};

type ServingOptions = {
  supergraph: Supergraph;
  load: (supergraph: Supergraph) => StartingEngine;
  /** Operations, of those used most, that are prepared for a new supergraph before it is served. */
  warmUp: number;
  /** Told when another is served, which it is not for long should this throw. */
  onSwap: (supergraph: Supergraph) => void;
  logger: Logger;
};

/**
 * Serves one supergraph at a time, and lets what was begun with an earlier one end with that.
 * @throws when the first does not load
 */
export async function serve({ supergraph, load, warmUp, onSwap, logger }: ServingOptions): Promise<Serving> {
  const leases = createLeases(logger);
  const engines = new Set<RunningEngine>();
  let stopping = false;
  /** What is loaded, and then warmed up. */
  let upcoming: StartingEngine | undefined;
  let swaps = Promise.resolve();
  let current = await start(supergraph);
  upcoming = undefined;

  async function start(next: Supergraph): Promise<Generation> {
    upcoming = load(next);
    const engine = await upcoming.ready;
    const release = leases.take(Object.values(next.transports));
    engines.add(engine);
    return startGeneration({ engine, transports: next.transports }, () => {
      engines.delete(engine);
      release();
    });
  }

  async function swapTo(next: Supergraph): Promise<void> {
    if (stopping) throw new Error('the router stops');
    const before = current;
    let after: Generation | undefined;
    try {
      after = await start(next);
      await prepareAll(after.engine, before.engine.hottest(warmUp), () => stopping);
      if (stopping) throw new Error('the router stops');
      current = after;
      onSwap(next);
    } catch (error) {
      current = before;
      after?.retire();
      throw error;
    } finally {
      upcoming = undefined;
    }
    before.retire();
  }

  return {
    engine: engineOf(() => current),
    transportOf(subgraph) {
      const transport = current.transports[subgraph];
      return transport && leases.keptByStreams(transport);
    },
    async withTransports(ask) {
      const release = current.use();
      try {
        return await ask(current.transports);
      } finally {
        release?.();
      }
    },
    swap(next) {
      // At once: a swap before this one may let go of a transport that this one brings again.
      const release = leases.take(Object.values(next.transports));
      const swapped = swaps.then(() => swapTo(next)).finally(release);
      swaps = swapped.catch(() => {});
      return swapped;
    },
    async stopSwapping() {
      stopping = true;
      await upcoming?.close();
      await swaps;
    },
    async close() {
      current.retire();
      await Promise.all([...engines].map((engine) => engine.close()));
      await leases.closeAll();
    },
  };
}

/** One after the other, the hottest last, so that they are the last to leave the cache. */
async function prepareAll(
  engine: Engine,
  hottest: readonly OperationText[],
  isInVain: () => boolean,
): Promise<void> {
  for (const { query, operationName } of hottest.toReversed()) {
    if (isInVain()) return;
    await engine.prepare(query, operationName);
  }
}
