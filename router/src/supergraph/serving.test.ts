import { createLogger } from '@meridian/kernel/logger';
import type { SubgraphTransport } from '@meridian/kernel/transport';
import { eventually } from '@meridian/testkit/eventually';
import { expect, it } from 'vitest';
import { createEngine } from '../engine/create-engine.ts';
import type { RunningEngine } from '../engine/engine.ts';
import type { StartingEngine } from '../engine/start-engine.ts';
import { localSupergraph } from '../engine/testing/local-supergraph.ts';
import { type Supergraph, serve } from './serving.ts';

const { sdl: supergraphSdl } = localSupergraph({ only: { sdl: 'type Query { ok: Int }' } });

/** A supergraph whose only transport notes that it is closed. */
function supergraph() {
  const state = { closed: 0 };
  const only: SubgraphTransport = {
    execute: async () => ({ data: { ok: 1 } }),
    async *subscribe() {},
    close: async () => void state.closed++,
  };
  return { state, served: { supergraphSdl, transports: { only } } };
}

/** Serves a first supergraph, for which one operation is prepared; later ones get what `change` makes of an engine. */
async function serving(change: (engine: RunningEngine) => RunningEngine, onSwap: (next: Supergraph) => void) {
  const first = supergraph();
  const retired: RunningEngine[] = [];
  const load = ({ transports }: Supergraph): StartingEngine => {
    const engine = createEngine({ supergraphSdl, transports });
    const loaded: RunningEngine = transports === first.served.transports ? engine : change(engine);
    return {
      ready: Promise.resolve({ ...loaded, retire: () => void retired.push(loaded) }),
      close: loaded.close,
    };
  };
  const logger = createLogger('test', 'silent');
  const all = await serve({ supergraph: first.served, load, warmUp: 1, onSwap, logger });
  all.engine.prepare('{ ok }');
  return { ...all, first, retired };
}

const brokenPrepare = (engine: RunningEngine): RunningEngine => ({
  ...engine,
  prepare() {
    throw new Error('broke');
  },
});
const breaks = () => {
  throw new Error('broke');
};

it.each([
  ['preparing for it', brokenPrepare, () => {}],
  ['telling of it', (engine: RunningEngine) => engine, breaks],
] as const)('a swap during which %s breaks leaves everything as it was', async (_what, change, onSwap) => {
  const { swap, transportOf, withTransports, close, first, retired } = await serving(change, onSwap);
  const before = transportOf('only');
  const next = supergraph();
  await expect(swap(next.served)).rejects.toThrow('broke');
  await eventually(() => expect(next.state.closed).toBe(1));
  expect(retired).toHaveLength(1);
  expect(transportOf('only')).toBe(before);
  expect(await withTransports((transports) => transports)).toBe(first.served.transports);
  expect(first.state.closed).toBe(0);
  await close();
  expect([first.state.closed, next.state.closed]).toEqual([1, 1]);
});
