import type { SubgraphTransport } from '@meridian/kernel/transport';
import type { RunningEngine } from '../engine/engine.ts';

/** One supergraph that is served, or was and still has something to finish. */
export type Generation = {
  engine: RunningEngine;
  /** By subgraph name. */
  transports: Readonly<Record<string, SubgraphTransport>>;
  /** Keeps it whole until the function it gives is called; undefined once it has ended. */
  use(): (() => void) | undefined;
  /** Another takes over. It ends when nobody uses it any more. */
  retire(): void;
};

type Parts = Pick<Generation, 'engine' | 'transports'>;

/** @param onEnd called once, when nobody will ask anything of it again */
export function startGeneration({ engine, transports }: Parts, onEnd: () => void): Generation {
  let state: 'served' | 'retired' | 'ended' = 'served';
  let uses = 0;

  // Not in the same turn: who has just been given an operation says in this turn that it is in use.
  const endWhenUnused = () => {
    if (state === 'retired' && uses === 0)
      setImmediate(() => {
        if (state !== 'retired' || uses > 0) return;
        state = 'ended';
        onEnd();
      });
  };

  return {
    engine,
    transports,
    use() {
      if (state === 'ended') return undefined;
      uses += 1;
      let used = true;
      return () => {
        if (!used) return;
        used = false;
        uses -= 1;
        endWhenUnused();
      };
    },
    retire() {
      if (state !== 'served') return;
      state = 'retired';
      engine.retire();
      endWhenUnused();
    },
  };
}
