import { z } from 'zod';
import { type RequestErrors, requestError } from '../request-errors.ts';

/** What planning an operation that was not seen before may cost. */
export type PlanningPolicy = {
  /** Threads that plan. */
  workers: number;
  /** To validate and plan one operation. */
  timeLimitMs: number;
  /** For each thread. */
  memoryMb: number;
  /** After so long without an operation to plan the threads end; the next one starts them again. */
  idleMs: number;
  /** Operations that may wait for a thread, and for how long. */
  queue: number;
  waitMs: number;
  /** For how long an operation that took too long is refused without another try. */
  quarantineMs: number;
  /** Operations, of those used most, that are planned for a new supergraph before it is served. */
  warmUp: number;
};

export const defaultPlanningPolicy: PlanningPolicy = {
  workers: 1,
  timeLimitMs: 2_000,
  memoryMb: 512,
  idleMs: 60_000,
  queue: 200,
  waitMs: 10_000,
  quarantineMs: 60_000,
  warmUp: 100,
};

const count = z.coerce.number().int();

export const planningSettings = {
  PLANNING_WORKERS: count.min(1).max(16).default(defaultPlanningPolicy.workers),
  PLANNING_TIME_LIMIT_MS: count.min(10).max(60_000).default(defaultPlanningPolicy.timeLimitMs),
  PLANNING_MEMORY_MB: count.min(64).max(65_536).default(defaultPlanningPolicy.memoryMb),
  PLANNING_IDLE_MS: count.min(100).max(86_400_000).default(defaultPlanningPolicy.idleMs),
  PLANNING_QUEUE: count.min(1).max(100_000).default(defaultPlanningPolicy.queue),
  PLANNING_WAIT_MS: count.min(1).max(600_000).default(defaultPlanningPolicy.waitMs),
  PLANNING_QUARANTINE_MS: count.min(0).max(86_400_000).default(defaultPlanningPolicy.quarantineMs),
  PLANNING_WARM_UP: count.min(0).max(10_000).default(defaultPlanningPolicy.warmUp),
};

/** The policy that the settings ask for. */
export const planningPolicyOf = (
  settings: z.infer<z.ZodObject<typeof planningSettings>>,
): PlanningPolicy => ({
  ...defaultPlanningPolicy,
  workers: settings.PLANNING_WORKERS,
  timeLimitMs: settings.PLANNING_TIME_LIMIT_MS,
  memoryMb: settings.PLANNING_MEMORY_MB,
  idleMs: settings.PLANNING_IDLE_MS,
  queue: settings.PLANNING_QUEUE,
  waitMs: settings.PLANNING_WAIT_MS,
  quarantineMs: settings.PLANNING_QUARANTINE_MS,
  warmUp: settings.PLANNING_WARM_UP,
});

/** Why an operation was not planned though nothing is known to be wrong with it. */
export const refusals = {
  tooSlow: () =>
    requestError('OPERATION_TOO_COMPLEX', 'It takes too long to work out how to answer this operation.', {
      retryable: false,
    }),
  tooLarge: () =>
    requestError(
      'OPERATION_TOO_COMPLEX',
      'It takes too much memory to work out how to answer this operation.',
      {
        retryable: false,
      },
    ),
  broken: () =>
    requestError(
      'PLANNING_INTERRUPTED',
      'Something broke while it was worked out how to answer this operation.',
      {
        retryable: true,
      },
    ),
  overloaded: () =>
    requestError('PLANNING_OVERLOADED', 'Too many new operations wait to be planned.', { retryable: true }),
  closed: () => requestError('PLANNING_OVERLOADED', 'The router is stopping.', { retryable: true }),
} satisfies Record<string, () => RequestErrors>;
