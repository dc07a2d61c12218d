import type { Logger } from '@meridian/kernel/logger';
import type { TraceContext } from '@meridian/kernel/trace-context';
import type { CacheState, Result } from '../engine/engine.ts';
import type { Outcome, RouterMetrics } from './metrics.ts';

/** What becomes of one operation, filled in as it becomes known. */
export type OperationRecord = {
  door: 'http' | 'websocket' | 'sse' | 'multipart';
  correlationId: string;
  /** Of the trace that the caller is part of, and the router's own span in it. */
  traceId?: string;
  spanId?: string;
  operationName: string | undefined;
  kind: 'query' | 'mutation' | 'subscription' | 'unknown';
  startedAt: number;
  errors: number;
  outcome: Outcome;
  /** Events sent, of a subscription. */
  events: number;
  /** Whether it was prepared before. */
  cache: CacheState;
};

export const operationRecord = (door: OperationRecord['door'], correlationId: string): OperationRecord => ({
  door,
  correlationId,
  operationName: undefined,
  kind: 'unknown',
  startedAt: performance.now(),
  errors: 0,
  outcome: 'error',
  events: 0,
  cache: 'miss',
});

/** The operation's name as the client gave it or wrote it. Of the text nothing else is ever logged. */
export const nameOf = (query: string, operationName: string | null | undefined): string | undefined =>
  (operationName ?? /^[^"{]*\b(?:query|mutation|subscription)\s+([_A-Za-z]\w*)/.exec(query)?.[1])?.slice(
    0,
    100,
  );

export function noteTrace(record: OperationRecord, { traceId, spanId }: TraceContext): void {
  record.traceId = traceId;
  record.spanId = spanId;
}

export function noteResult(record: OperationRecord, { data, errors }: Result): void {
  record.errors += errors?.length ?? 0;
  record.outcome = !errors?.length ? 'ok' : data ? 'partial' : 'error';
}

/** One line and one count per operation, when it is over. */
export function recordOperation(
  { operations, operationSeconds }: Pick<RouterMetrics, 'operations' | 'operationSeconds'>,
  logger: Logger,
  { startedAt, ...record }: OperationRecord,
  status?: number,
): void {
  const { door, kind, outcome, events, cache: _cache, ...rest } = record;
  const milliseconds = performance.now() - startedAt;
  operations.inc({ door, kind, outcome });
  if (kind !== 'subscription') operationSeconds.observe({ door, kind }, milliseconds / 1_000);
  const durationMs = Math.round(milliseconds * 10) / 10;
  const line = { ...rest, door, kind, outcome, status, durationMs };
  logger.info(kind === 'subscription' ? { ...line, events } : line, 'operation');
}
