import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { whenThere } from '../maybe-promise.ts';
import type { RequestErrors } from '../request-errors.ts';
import type { PlanOperation } from './planning.ts';

/** So many operations are remembered; a client that makes up more is held by the queue. */
const remembered = 1_000;

/**
 * Refuses an operation that took too much at once, until `ms` are over. One with which a thread broke need not be the
 * cause: it is tried again, unless that happens twice within `ms`.
 */
export function quarantined(plan: PlanOperation, ms: number): PlanOperation {
  // To the cache, 0 would mean for ever.
  if (ms === 0) return plan;
  const refused = new LRUCache<string, RequestErrors>({ max: remembered, ttl: ms });
  const broke = new LRUCache<string, true>({ max: remembered, ttl: ms });
  return (request) => {
    const { query, operationName, overrides } = request;
    const key = hash('sha256', JSON.stringify([query, operationName ?? null, overrides]), 'base64');
    return (
      refused.get(key) ??
      whenThere(plan(request), (answer) => {
        const code = 'errors' in answer && answer.errors[0]?.extensions?.['code'];
        const isBroken = code === 'PLANNING_INTERRUPTED';
        if ('errors' in answer && (code === 'OPERATION_TOO_COMPLEX' || (isBroken && broke.has(key))))
          refused.set(key, answer);
        if (isBroken) broke.set(key, true);
        return answer;
      })
    );
  };
}
