import type {
  ContextOf,
  Engine,
  Found,
  PreparedQuery,
  RequestContext,
  Result,
  Variables,
} from '../engine/engine.ts';
import { type MaybePromise, whenThere } from '../engine/maybe-promise.ts';
import type { Written } from '../engine/written.ts';
import type { Caller, Callers } from '../security/callers.ts';
import { nameOf, type OperationRecord } from '../telemetry/operation-log.ts';

/** One HTTP request to `/graphql` on its way: who sent it, and what came of it. */
export type Exchange = {
  caller: Caller;
  record: OperationRecord;
  /** Aborted when the client hangs up. */
  signal: AbortSignal;
  /** The result that is being sent, where there is one: it settles the status. */
  result?: Result | undefined;
};

export type ExecuteOperation = (
  operation: PreparedQuery,
  variables: Variables | undefined,
  exchange: Pick<Exchange, 'caller' | 'record' | 'signal'>,
) => Promise<Result>;

/** The same for the short lane: the response as text, unless there are errors to tell. */
export type ExecuteText = (...args: Parameters<ExecuteOperation>) => Promise<Written | Result>;

/** Runs a prepared query or mutation for a caller, whatever door it came in by. */
export const executeFor =
  (callers: Pick<Callers, 'contextFor'>): ExecuteOperation =>
  async (operation, variables, exchange) =>
    operation.execute(variables, await contextOf(operation, exchange, callers));

export const executeTextFor =
  (callers: Pick<Callers, 'contextFor'>): ExecuteText =>
  async (operation, variables, exchange) =>
    operation.executeText(variables, await contextOf(operation, exchange, callers));

async function contextOf(
  { kind }: PreparedQuery,
  { caller, record, signal }: Parameters<ExecuteOperation>[2],
  { contextFor }: Pick<Callers, 'contextFor'>,
): Promise<RequestContext> {
  record.kind = kind;
  // A mutation goes on when its client hangs up: half of it may be done already.
  return {
    ...(await contextFor(caller)),
    signal: kind === 'query' ? signal : undefined,
    explain: caller.explain ? { cache: record.cache } : undefined,
  };
}

/**
 * Prepares, noting the name and the kind for the log.
 * @param contextOf who asks, at a door where subscriptions start
 */
export function prepareFor(
  engine: Engine,
  record: OperationRecord,
  query: string,
  operationName: string | undefined,
  contextOf?: ContextOf,
): MaybePromise<Found> {
  record.operationName = nameOf(query, operationName);
  return whenThere(engine.prepare(query, operationName, contextOf), (prepared) => {
    if ('operation' in prepared) record.kind = prepared.operation.kind;
    record.cache = prepared.cache;
    return prepared;
  });
}
