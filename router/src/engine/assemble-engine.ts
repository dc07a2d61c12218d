import type { SubgraphTransport } from '@meridian/kernel/transport';
import type { GraphQLSchema } from 'graphql';
import type { Admission } from './admission.ts';
import type { FormatError } from './compile-operation.ts';
import type { RunningEngine } from './engine.ts';
import { createMerge } from './execute/merge.ts';
import { createEpoch, type Epoch } from './flights.ts';
import { defaultOperationLimits, type OperationLimits } from './limits/limits.ts';
import { drawPercent, type IsOverridden } from './plan/override-labels.ts';
import type { Repaired } from './plan/repair.ts';
import type { Planning, PlanOperation } from './planning/planning.ts';
import { createPrepare } from './prepare.ts';
import { cached } from './prepared-cache.ts';

export type EngineOptions = {
  supergraphSdl: string;
  /** By subgraph name. */
  transports: Readonly<Record<string, SubgraphTransport>>;
  /** Whether clients may read the schema, by suggestions in errors too. @default true */
  introspection?: boolean;
  /** Passes on every error of an execution, those of subgraphs among them. @default all as they are */
  formatError?: FormatError;
  /** Runs a query once for all who ask the same, as text, at the same time. @default false */
  shareInFlight?: boolean;
  /** Shared by engines of which one takes over from another, so that each hears of the other's mutations. @default its own */
  epoch?: Epoch;
  /** Says when executions may begin. @default at once */
  admission?: Admission;
  /** Asks a subgraph once for what requests of one viewer scope want of it at the same time. @default true */
  batchAcrossRequests?: boolean;
  /**
   * Decides, for each request, whether fields under a label of a progressive `@override` come from their new subgraph;
   * for subscriptions, each time that one starts, or goes on with other rights or another supergraph. Requests that share an execution share
   * what was decided for the first: they differ in no header that subgraphs get. @default `percent(n)` by chance, every other label not
   */
  isOverridden?: IsOverridden;
  /** Operations that are kept prepared. @default 1000 */
  cacheSize?: number;
  limits?: OperationLimits;
};

/** What an engine is made of besides: the supergraph's text as it is read, the schema for clients, and a planner. */
type Parts = {
  repaired: Omit<Repaired, 'sdl'>;
  schema: GraphQLSchema;
  planOperation: PlanOperation;
  planning: Pick<Planning, 'retire' | 'close'>;
};

/** An engine whose supergraph is loaded and whose planner is there: on this thread or in others. */
export function assembleEngine(options: EngineOptions, parts: Parts): RunningEngine {
  const { introspection = true, formatError = (error) => error, cacheSize = 1000 } = options;
  const { isReserved, withFreeAliases, overrideLabels, ...repairs } = parts.repaired;
  const { schema, planOperation } = parts;
  const { retire, close } = parts.planning;
  const prepare = createPrepare({
    limits: options.limits ?? defaultOperationLimits,
    introspection,
    schema,
    planOperation,
    plan: {
      transports: new Map(Object.entries(options.transports)),
      batchAcrossRequests: options.batchAcrossRequests ?? true,
      merge: createMerge(repairs.types),
      ...repairs,
    },
    interfaceObjects: repairs.interfaceObjects,
    formatError,
    epoch: options.epoch ?? createEpoch(),
    isShared: options.shareInFlight ?? false,
    admission: options.admission,
    isReserved,
    withFreeAliases,
    overrides: { labels: overrideLabels, isOverridden: options.isOverridden ?? drawPercent() },
  });
  return { schema, ...cached(prepare, cacheSize), retire, close };
}
