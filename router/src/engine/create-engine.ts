import type { SubgraphTransport } from '@meridian/kernel/transport';
import { loadSupergraph } from '../supergraph/load.ts';
import type { FormatError } from './compile-operation.ts';
import type { Engine } from './engine.ts';
import { createMerge } from './execute/merge.ts';
import { typeNames } from './execute/type-names.ts';
import { defaultOperationLimits, type OperationLimits } from './limits/limits.ts';
import { drawPercent, type IsOverridden } from './plan/override-labels.ts';
import { createPlanner } from './plan/planner.ts';
import { repair } from './plan/repair.ts';
import { createPrepare } from './prepare.ts';
import { cached } from './prepared-cache.ts';
import { createValidate } from './validate.ts';

export type EngineOptions = {
  supergraphSdl: string;
  /** By subgraph name. */
  transports: Readonly<Record<string, SubgraphTransport>>;
  /** Whether clients may read the schema. @default true */
  introspection?: boolean;
  /** Passes on every error of an execution, those of subgraphs among them. @default all as they are */
  formatError?: FormatError;
  /**
   * Decides, for each request, whether fields under a label of a progressive `@override` come from their new subgraph;
   * for subscriptions, once when they are prepared. @default `percent(n)` by chance, every other label not
   */
  isOverridden?: IsOverridden;
  /** Operations that are kept prepared. @default 1000 */
  cacheSize?: number;
  limits?: OperationLimits;
};

/** @throws when the supergraph does not load or needs what the engine does not do. */
export function createEngine(options: EngineOptions): Engine {
  const { supergraphSdl, introspection = true, formatError = (error) => error, cacheSize = 1000 } = options;
  const { sdl, isReserved, overrideLabels, ...repairs } = repair(supergraphSdl);
  const loaded = loadSupergraph(sdl);
  const types = typeNames(loaded.fullSchema);
  const prepare = createPrepare({
    limits: options.limits ?? defaultOperationLimits,
    schema: loaded.apiSchema,
    validate: createValidate(loaded.apiSchema, { introspection, isReserved }),
    planOperation: createPlanner(loaded, repairs),
    plan: {
      transports: new Map(Object.entries(options.transports)),
      types,
      merge: createMerge(types),
      ...repairs,
    },
    formatError,
    overrides: { labels: overrideLabels, isOverridden: options.isOverridden ?? drawPercent() },
  });
  return { schema: loaded.apiSchema, prepare: cached(prepare, cacheSize) };
}
