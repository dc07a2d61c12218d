import type { MaybePromise } from '../maybe-promise.ts';
import type { OperationPlan } from '../plan/planner.ts';
import type { RequestErrors } from '../request-errors.ts';

/** An operation to plan. It is within the limits. */
export type PlanRequest = {
  query: string;
  operationName: string | undefined;
  /** Whether each label of a progressive `@override` is on. */
  overrides: readonly (readonly [label: string, on: boolean])[];
};

export type Planned = {
  plan: OperationPlan;
  /** Made by another router. */
  isShared?: true;
};

/** Validates an operation and plans it. What is refused or cannot be planned comes back as errors. */
export type PlanOperation = (request: PlanRequest) => MaybePromise<Planned | RequestErrors>;

/** Plans elsewhere, off this thread. */
export type Planning = {
  plan: PlanOperation;
  /** No new operations come any more, at most stragglers: keeps nothing running for them. */
  retire(): void;
  /** Stops at once; what waits gets errors. */
  close(): Promise<void>;
};
