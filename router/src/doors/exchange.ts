import type { Engine, PreparedQuery, Result, Variables } from '../engine/engine.ts';
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

/** Runs a prepared query or mutation for a caller, whatever door it came in by. */
export const executeFor =
  ({ contextFor }: Pick<Callers, 'contextFor'>): ExecuteOperation =>
  async (operation, variables, { caller, record, signal }) => {
    record.kind = operation.kind;
    return operation.execute(variables, {
      ...(await contextFor(caller)),
      // A mutation goes on when its client hangs up: half of it may be done already.
      signal: operation.kind === 'query' ? signal : undefined,
    });
  };

/** Prepares, noting the name and the kind for the log. */
export function prepareFor(
  engine: Engine,
  record: OperationRecord,
  query: string,
  operationName: string | undefined,
): ReturnType<Engine['prepare']> {
  record.operationName = nameOf(query, operationName);
  const prepared = engine.prepare(query, operationName);
  if ('operation' in prepared) record.kind = prepared.operation.kind;
  return prepared;
}
