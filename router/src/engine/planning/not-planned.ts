import { type RequestErrors, requestError } from '../request-errors.ts';

/** What becomes of an operation that is valid and that the planner, or what reads its plan, throws at. */
export function notPlanned(error: unknown): RequestErrors {
  const reason = error instanceof Error ? error.message : String(error);
  return requestError('QUERY_PLANNING_FAILED', `This operation cannot be planned: ${reason}`, {
    retryable: false,
  });
}
