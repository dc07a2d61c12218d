import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { whenThere } from '../maybe-promise.ts';
import type { RequestErrors } from '../request-errors.ts';
import type { PlanOperation } from './planning.ts';

/** So many operations are remembered; a client that makes up more is held by the queue. */
const remembered = 1_000;

/** Refuses an operation that took too long at once, until `ms` are over. */
export function quarantined(plan: PlanOperation, ms: number): PlanOperation {
  // To the cache, 0 would mean for ever.
  if (ms === 0) return plan;
  const refused = new LRUCache<string, RequestErrors>({ max: remembered, ttl: ms });
  return (request) => {
    const { query, operationName, overrides } = request;
    const key = hash('sha256', JSON.stringify([query, operationName ?? null, overrides]), 'base64');
    return (
      refused.get(key) ??
      whenThere(plan(request), (answer) => {
        if ('errors' in answer && answer.errors[0]?.extensions?.['code'] === 'OPERATION_TOO_COMPLEX')
          refused.set(key, answer);
        return answer;
      })
    );
  };
}
