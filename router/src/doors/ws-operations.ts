import { AppError } from '@meridian/kernel/errors';
import type { Logger } from '@meridian/kernel/logger';
import {
  type DocumentNode,
  type ExecutionResult,
  type GraphQLFormattedError,
  Kind,
  OperationTypeNode,
} from 'graphql';
import type { ConnectionInitMessage, ServerOptions, SubscribePayload } from 'graphql-ws';
import type { Engine, PreparedQuery, Result, Variables } from '../engine/engine.ts';
import type { Caller, Callers } from '../security/callers.ts';
import type { FormatError } from '../security/mask-errors.ts';
import type { LiveRequest, LiveStreams } from '../subscriptions/live-streams.ts';
import type { RouterMetrics } from '../telemetry/metrics.ts';
import {
  noteResult,
  noteTrace,
  type OperationRecord,
  operationRecord,
  recordOperation,
} from '../telemetry/operation-log.ts';
import type { WebSocketConfig } from './connections/policy.ts';
import { type ExecuteOperation, prepareFor } from './exchange.ts';
import { asGraphQLError, formattedOf } from './formatted-errors.ts';
import { goneSignal, hangUp, type SocketExtra, senderOf, signIn } from './ws-connection.ts';
import { SocketStream, StreamEnded } from './ws-stream.ts';

export type OperationsOptions = {
  streams: LiveStreams;
  callers: Callers;
  metrics: RouterMetrics;
  logger: Logger;
  engine: Engine;
  execute: ExecuteOperation;
  formatError: FormatError;
  limits: Pick<WebSocketConfig, 'initTimeoutMs' | 'maxOperations'>;
};

/** A query or mutation that passed every check, on its way through the protocol library. */
type Accepted = {
  operation: PreparedQuery;
  variables: Variables | undefined;
  caller: Caller;
  record: OperationRecord;
};

/** What the WebSocket protocol does with connections and operations; framing and order are graphql-ws's. */
export function webSocketOperations(
  options: OperationsOptions,
): ServerOptions<ConnectionInitMessage['payload'], SocketExtra> {
  const { engine, streams, execute, callers, formatError, limits, logger, metrics } = options;

  const refuse = (record: OperationRecord, errors: readonly GraphQLFormattedError[]) => {
    record.errors = errors.length;
    recordOperation(metrics, logger, record);
    return errors.map(asGraphQLError);
  };

  return {
    connectionInitWaitTimeout: limits.initTimeoutMs,
    onConnect({ connectionParams, extra, subscriptions }) {
      extra.running = subscriptions;
      return signIn(extra, connectionParams, callers);
    },

    async onSubscribe({ extra, subscriptions }, id, payload: SubscribePayload) {
      const { query, operationName, variables, extensions } = payload;
      extra.busyAt = Date.now();
      const record = operationRecord('websocket', 'none');
      if (Object.keys(subscriptions).length > limits.maxOperations)
        return refuse(record, [tooManyOperations(limits.maxOperations)]);
      const caller = await senderOf(extra, extensions, callers).catch((error: unknown) => {
        if (error instanceof AppError) return error;
        throw error;
      });
      if (caller instanceof AppError) return refuse(record, [caller.toJSON()]);
      record.correlationId = caller.correlationId;
      noteTrace(record, caller.trace);

      const prepared = await prepareFor(engine, record, query, operationName ?? undefined, () =>
        callers.contextFor(caller),
      );
      if ('errors' in prepared) return refuse(record, prepared.errors);
      const { operation } = prepared;
      const given = variables ?? undefined;
      const args = { schema: engine.schema, document: documents[operation.kind] };
      if (operation.kind !== 'subscription') {
        const accepted: Accepted = { operation, variables: given, caller, record };
        return { ...args, contextValue: { accepted, extra } };
      }
      const coerced = operation.coerce(given);
      if ('errors' in coerced) return refuse(record, coerced.errors);
      const name = operationName ?? undefined;
      const request: LiveRequest = {
        ...{ query, operationName: name, operation, given, variables: coerced.variables },
        ...{ caller, record },
      };
      return { ...args, contextValue: new SocketStream(streams, request, extra, id) };
    },

    async execute({ contextValue }) {
      const { accepted, extra } = contextValue as { accepted: Accepted; extra: SocketExtra };
      const { operation, variables, ...exchange } = accepted;
      const result = await execute(operation, variables, { ...exchange, signal: goneSignal(extra) });
      noteResult(exchange.record, result);
      recordOperation(metrics, logger, exchange.record);
      return result as ExecutionResult;
    },
    subscribe: ({ contextValue }) => contextValue as SocketStream,

    // What goes out is formatted already.
    onNext: (_connection, _id, _payload, _args, result) => result as Result,
    onError: (_connection, _id, _payload, errors) =>
      errors.flatMap((error) =>
        error.originalError instanceof StreamEnded
          ? [...error.originalError.reason]
          : [
              formattedOf(error) ??
                formattedOf(error.originalError) ??
                formatError(error.toJSON(), undefined),
            ],
      ),
    onClose: ({ extra }) => hangUp(extra),
  };
}

const tooManyOperations = (most: number): GraphQLFormattedError => ({
  message: `At most ${most} operations may run at once on one connection`,
  extensions: { code: 'TOO_MANY_OPERATIONS' },
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
