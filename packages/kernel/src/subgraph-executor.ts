import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
} from 'graphql';
import type { Operation } from './execution/compile-operation.ts';
import { asGraphQLError, isErrors, type Prepare } from './prepared-texts.ts';
import { framesWithPositions, isDurable, streamPositionHeader } from './stream-positions.ts';
import { iterable, lazyStream, mapStream, streamOf } from './streams.ts';
import type { Headers, NewContext } from './subgraph.ts';
import type { SubgraphRequest, SubgraphResponse } from './transport.ts';
import type { InProcessSubgraph } from './transport-in-process.ts';

const failed = (errors: readonly GraphQLError[]): SubgraphResponse => ({ errors: plainErrors(errors) });

const formatted = ({ data, errors }: ExecutionResult): SubgraphResponse => ({
  ...(data !== undefined && { data }),
  ...(errors?.length && { errors: plainErrors(errors) }),
});

/** As JSON carries them: plain objects, without a stack. */
const plainErrors = (errors: readonly GraphQLError[]): NonNullable<SubgraphResponse['errors']> =>
  JSON.parse(JSON.stringify(errors));

/** Runs a router's operations on a subgraph's schema. */
export function subgraphExecutor(
  prepare: Prepare,
  schema: GraphQLSchema,
  connect: (headers: Headers) => Promise<NewContext>,
): InProcessSubgraph {
  return {
    async execute({ query, operationName, variables, headers }) {
      const prepared = prepare(query);
      if (isErrors(prepared)) return failed(prepared);
      try {
        const context = (await connect(headers))();
        return formatted(await prepared.operation(operationName).run({ variables, context }));
      } catch (error) {
        return failed([asGraphQLError(error)]);
      }
    },
    subscribe(request) {
      const prepared = prepare(request.query);
      return isErrors(prepared)
        ? streamOf(async () => failed(prepared))
        : subscribeOperation({
            schema,
            document: prepared.document,
            operation: prepared.operation(request.operationName),
            request,
            connect,
          });
    },
  };
}

export type SubscribeOptions = {
  schema: GraphQLSchema;
  document: DocumentNode;
  operation: Operation;
  request: Pick<SubgraphRequest, 'operationName' | 'variables'> & { headers: Headers };
  connect: (headers: Headers) => Promise<NewContext>;
};

/**
 * The subscription algorithm of the specification, but each event runs with a context of its own: loaders that
 * outlive an event would answer the next one with old rows.
 */
export function subscribeOperation(options: SubscribeOptions): AsyncIterableIterator<SubgraphResponse> {
  const { schema, document, operation, connect } = options;
  const { operationName, variables, headers } = options.request;

  const start = async (): Promise<AsyncIterator<SubgraphResponse>> => {
    const newContext = await connect(headers);
    const contextValue = newContext();
    const source = await createSourceEventStream({
      schema,
      document,
      operationName,
      variableValues: variables,
      contextValue,
    });
    if (!(Symbol.asyncIterator in source)) return streamOf(async () => formatted(source));
    const answer = async (rootValue: unknown) =>
      formatted(await operation.run({ variables, rootValue, context: newContext() }));
    return headers[streamPositionHeader] === '1' && isDurable(source)
      ? framesWithPositions(source, answer)
      : mapStream(source[Symbol.asyncIterator](), answer);
  };
  return endedByErrors(lazyStream(start));
}

/** What a subgraph refuses in the middle of a stream, such as a reader that has become too slow, is its last frame. */
function endedByErrors(
  frames: AsyncIterableIterator<SubgraphResponse>,
): AsyncIterableIterator<SubgraphResponse> {
  let isOver = false;
  return iterable<SubgraphResponse>({
    async next() {
      if (isOver) return { done: true, value: undefined };
      try {
        return await frames.next();
      } catch (error) {
        if (!(error instanceof GraphQLError)) throw error;
        isOver = true;
        await frames.return?.();
        return { done: false, value: failed([error]) };
      }
    },
    async return() {
      isOver = true;
      await frames.return?.();
      return { done: true, value: undefined };
    },
  });
}
