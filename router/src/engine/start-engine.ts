import { assembleEngine, type EngineOptions } from './assemble-engine.ts';
import type { RunningEngine } from './engine.ts';
import { repair } from './plan/repair.ts';
import type { PlanningPolicy } from './planning/policy.ts';
import { quarantined } from './planning/quarantine.ts';
import { schemaOf } from './planning/served-schema.ts';
import { type SharedPlans, shared } from './planning/shared-plans.ts';
import { type PlanningLogger, workerPool } from './planning/worker-pool.ts';

export type StartOptions = EngineOptions & {
  planning: PlanningPolicy;
  /** Shares plans with other routers. @default not */
  sharedPlans?: SharedPlans | undefined;
  /** Told of threads that end while they plan. @default nobody is */
  logger?: PlanningLogger;
};

/** An engine that is on its way. */
export type StartingEngine = {
  /** Rejects when the supergraph does not load, when it needs what the engine does not do, or when it is closed before. */
  ready: Promise<RunningEngine>;
  close(): Promise<void>;
};

/** An engine that plans in threads of its own, of which the first one loads the supergraph: this one need not. */
export function startEngine(options: StartOptions): StartingEngine {
  const { supergraphSdl, introspection = true, planning: policy, sharedPlans } = options;
  const about = { supergraphSdl, introspection };
  const planning = workerPool(about, policy, options.logger);
  const plan = sharedPlans ? shared(planning.plan, sharedPlans, about) : planning.plan;
  const ready = planning.served.then((served) => {
    const { sdl: _, ...repaired } = repair(supergraphSdl);
    const planOperation = quarantined(plan, policy.quarantineMs);
    return assembleEngine(options, { repaired, schema: schemaOf(served), planOperation, planning });
  });
  const failed = async (error: unknown) => {
    await planning.close();
    throw error;
  };
  return { ready: ready.catch(failed), close: planning.close };
}
