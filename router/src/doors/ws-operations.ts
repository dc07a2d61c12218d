import { SlowConsumerError } from '@meridian/kernel/event-queue';
import type { Logger } from '@meridian/kernel/logger';
import {
  type DocumentNode,
  type ExecutionResult,
  type GraphQLFormattedError,
  Kind,
  OperationTypeNode,
} from 'graphql';
import type { ConnectionInitMessage, ServerOptions, SubscribePayload } from 'graphql-ws';
import type { WebSocketConfig } from '../config.ts';
import type { Engine, PreparedQuery, PreparedSubscription, Result, Variables } from '../engine/engine.ts';
import type { Caller, Callers } from '../security/callers.ts';
import type { FormatError } from '../security/mask-errors.ts';
import type { Hub } from '../subscriptions/hub.ts';
import { subscribeOperation } from '../subscriptions/subscribe-operation.ts';
import type { RouterMetrics } from '../telemetry/metrics.ts';
import {
  noteResult,
  type OperationRecord,
  operationRecord,
  recordOperation,
} from '../telemetry/operation-log.ts';
import { type ExecuteOperation, prepareFor } from './exchange.ts';
import { asGraphQLError, formattedOf } from './formatted-errors.ts';
import { type SocketExtra, signIn } from './ws-connection.ts';

export type OperationsOptions = {
  engine: Engine;
  execute: ExecuteOperation;
  callers: Callers;
  hub: Hub;
  formatError: FormatError;
  limits: Pick<WebSocketConfig, 'initTimeoutMs' | 'maxOperations'>;
  logger: Logger;
  metrics: RouterMetrics;
};

/** An operation that passed every check, on its way through the protocol library. */
type Accepted<Kind> = {
  operation: Kind;
  variables: Variables | undefined;
  caller: Caller;
  record: OperationRecord;
};

/** What the WebSocket protocol does with connections and operations; framing and order are graphql-ws's. */
export function webSocketOperations(
  options: OperationsOptions,
): ServerOptions<ConnectionInitMessage['payload'], SocketExtra> {
  const { engine, execute, callers, formatError, limits, logger, metrics } = options;

  const refuse = (record: OperationRecord, errors: readonly GraphQLFormattedError[]) => {
    noteResult(record, { errors });
    recordOperation(metrics, logger, record);
    return errors.map(asGraphQLError);
  };

  return {
    connectionInitWaitTimeout: limits.initTimeoutMs,
    onConnect: ({ connectionParams, extra }) => signIn(extra, connectionParams, callers),

    onSubscribe({ extra, subscriptions }, _id, { query, operationName, variables }: SubscribePayload) {
      const caller = extra.callerOf();
      const record = operationRecord('websocket', caller.correlationId);
      if (Object.keys(subscriptions).length > limits.maxOperations)
        return refuse(record, [tooManyOperations(limits.maxOperations)]);

      const prepared = prepareFor(engine, record, query, operationName ?? undefined);
      if ('errors' in prepared) return refuse({ ...record, errors: 0 }, prepared.errors);
      const { operation } = prepared;
      const coerced =
        operation.kind === 'subscription'
          ? operation.coerce(variables ?? undefined)
          : { variables: variables ?? undefined };
      if ('errors' in coerced) return refuse(record, coerced.errors);
      const accepted = { operation, variables: coerced.variables, caller, record };
      return {
        schema: engine.schema,
        document: documents[operation.kind],
        contextValue: { ...accepted, extra },
      };
    },

    async execute({ contextValue }) {
      const { operation, variables, extra, ...exchange } = contextValue as Accepted<PreparedQuery> & {
        extra: SocketExtra;
      };
      const result = await execute(operation, variables, { ...exchange, signal: extra.gone.signal });
      recordOperation(metrics, logger, exchange.record);
      return result as ExecutionResult;
    },
    subscribe: ({ contextValue }) =>
      subscribeFor(
        options,
        contextValue as Accepted<PreparedSubscription>,
      ) as AsyncIterableIterator<ExecutionResult>,

    // What goes out is formatted already.
    onNext: (_connection, _id, _payload, _args, result) => result as Result,
    onError: (_connection, _id, _payload, errors) =>
      errors.map(
        (error) =>
          formattedOf(error) ?? formattedOf(error.originalError) ?? formatError(error.toJSON(), undefined),
      ),
    onClose: ({ extra }) => extra.gone.abort(new Error('the client hung up')),
  };
}

/** The stream of frames of one subscription, counted and logged when it ends, whoever ends it. */
function subscribeFor(
  { hub, callers, metrics, logger }: Pick<OperationsOptions, 'hub' | 'callers' | 'metrics' | 'logger'>,
  { operation, variables = {}, caller, record }: Accepted<PreparedSubscription>,
): AsyncIterableIterator<Result> {
  const { correlationId } = caller;
  const frames = subscribeOperation({
    operation,
    variables,
    hub,
    identity: callers.identityOf(caller),
    headers: () => callers.headersFor(caller),
    context: async () => ({ headers: await callers.headersFor(caller), correlationId }),
  });
  record.outcome = 'ok';
  metrics.subscriptions.inc();
  let open = true;
  const over = () => {
    if (!open) return;
    open = false;
    metrics.subscriptions.dec();
    recordOperation(metrics, logger, record);
  };

  const stream: AsyncIterableIterator<Result> = {
    [Symbol.asyncIterator]: () => stream,
    async next() {
      try {
        const frame = await frames.next();
        if (frame.done) over();
        else {
          noteResult(record, frame.value);
          record.events++;
          metrics.events.inc();
        }
        return frame;
      } catch (error) {
        record.outcome = 'error';
        over();
        throw error instanceof SlowConsumerError ? asGraphQLError(tooSlow(error)) : error;
      }
    },
    async return() {
      over();
      await frames.return?.();
      return { done: true, value: undefined };
    },
  };
  return stream;
}

const tooManyOperations = (most: number): GraphQLFormattedError => ({
  message: `At most ${most} operations may run at once on one connection`,
  extensions: { code: 'TOO_MANY_OPERATIONS' },
});

const tooSlow = ({ message }: SlowConsumerError): GraphQLFormattedError => ({
  message: `${message}; subscribe again`,
  extensions: { code: 'SLOW_CONSUMER' },
});

/** The protocol library looks at a document only to learn the kind of operation. */
const documentOf = (operation: OperationTypeNode): DocumentNode => ({
  kind: Kind.DOCUMENT,
  definitions: [
    {
      kind: Kind.OPERATION_DEFINITION,
      operation,
      selectionSet: { kind: Kind.SELECTION_SET, selections: [] },
    },
  ],
});
const documents = {
  query: documentOf(OperationTypeNode.QUERY),
  mutation: documentOf(OperationTypeNode.MUTATION),
  subscription: documentOf(OperationTypeNode.SUBSCRIPTION),
};
