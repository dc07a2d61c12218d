import type { SubgraphTransport } from '@meridian/kernel/transport';
import { loadSupergraph } from '../supergraph/load.ts';
import type { Admission } from './admission.ts';
import type { FormatError } from './compile-operation.ts';
import type { LocalEngine, RunningEngine } from './engine.ts';
import { createMerge } from './execute/merge.ts';
import { typeNames } from './execute/type-names.ts';
import { createEpoch, type Epoch } from './flights.ts';
import { defaultOperationLimits, type OperationLimits } from './limits/limits.ts';
import { drawPercent, type IsOverridden } from './plan/override-labels.ts';
import { repair } from './plan/repair.ts';
import { onThisThread } from './planning/plan-operation.ts';
import type { PlanningPolicy } from './planning/policy.ts';
import { quarantined } from './planning/quarantine.ts';
import { type SharedPlans, shared } from './planning/shared-plans.ts';
import { type PlanningLogger, workerPool } from './planning/worker-pool.ts';
import { createPrepare } from './prepare.ts';
import { cached } from './prepared-cache.ts';
import { createValidate } from './validate.ts';

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
  /** Plans in threads of its own, under these limits. @default on the thread that asks, without any */
  planning?: PlanningPolicy;
  /** Shares plans with other routers, where it does not plan on the thread that asks. @default not */
  sharedPlans?: SharedPlans | undefined;
  /** Told of threads that end while they plan. @default nobody is */
  logger?: PlanningLogger;
};

/** Of an engine that plans on the thread that asks. */
export type LocalOptions = Omit<EngineOptions, 'planning' | 'sharedPlans'> & {
  /** Plans everything by levels, to hold that planner against the other. @default only what the other plans wrongly */
  onlyByLevels?: boolean;
  planning?: never;
  sharedPlans?: never;
};

/** @throws when the supergraph does not load or needs what the engine does not do. */
export function createEngine(options: LocalOptions): LocalEngine;
export function createEngine(options: EngineOptions): RunningEngine;
export function createEngine(options: EngineOptions | LocalOptions): RunningEngine {
  const { supergraphSdl, introspection = true, formatError = (error) => error, cacheSize = 1000 } = options;
  const { sdl, isReserved, overrideLabels, ...repairs } = repair(supergraphSdl);
  const loaded = loadSupergraph(sdl);
  const types = typeNames(loaded.fullSchema);
  const { planning: policy, sharedPlans } = options;
  const about = { supergraphSdl, introspection };
  const planning = policy
    ? workerPool(about, policy, options.logger)
    : onThisThread(loaded, repairs, createValidate(loaded.apiSchema, { introspection, isReserved }), {
        onlyByLevels: 'onlyByLevels' in options && options.onlyByLevels === true,
      });
  const prepare = createPrepare({
    limits: options.limits ?? defaultOperationLimits,
    introspection,
    schema: loaded.apiSchema,
    planOperation: policy
      ? quarantined(
          sharedPlans ? shared(planning.plan, sharedPlans, about) : planning.plan,
          policy.quarantineMs,
        )
      : planning.plan,
    plan: {
      transports: new Map(Object.entries(options.transports)),
      batchAcrossRequests: options.batchAcrossRequests ?? true,
      types,
      merge: createMerge(types),
      ...repairs,
    },
    interfaceObjects: repairs.interfaceObjects,
    formatError,
    epoch: options.epoch ?? createEpoch(),
    isShared: options.shareInFlight ?? false,
    admission: options.admission,
    isReserved,
    overrides: { labels: overrideLabels, isOverridden: options.isOverridden ?? drawPercent() },
  });
  const { retire, close } = planning;
  return { schema: loaded.apiSchema, ...cached(prepare, cacheSize), retire, close };
}
