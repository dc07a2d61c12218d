import { loadSupergraph } from '../supergraph/load.ts';
import { assembleEngine, type EngineOptions } from './assemble-engine.ts';
import type { LocalEngine } from './engine.ts';
import { repair } from './plan/repair.ts';
import { onThisThread } from './planning/plan-operation.ts';
import { createValidate } from './validate.ts';

export type LocalOptions = EngineOptions & {
  /** Plans everything by levels, to hold that planner against the other. @default only what the other plans wrongly */
  onlyByLevels?: boolean;
};

/**
 * An engine that plans on the thread that asks, without any limit of time: for tests and tools. A router starts one with
 * `startEngine`, and does not load the planner at all.
 * @throws when the supergraph does not load or needs what the engine does not do.
 */
export function createEngine(options: LocalOptions): LocalEngine {
  const { supergraphSdl, introspection = true, onlyByLevels = false } = options;
  const { sdl, ...repaired } = repair(supergraphSdl);
  const loaded = loadSupergraph(sdl);
  const schema = loaded.apiSchema;
  const validate = createValidate(schema, { introspection, isRefused: repaired.isRefused });
  const planning = onThisThread(loaded, repaired, validate, { onlyByLevels });
  const engine = assembleEngine(options, { repaired, schema, planOperation: planning.plan, planning });
  // It never has to wait.
  return engine as LocalEngine;
}
