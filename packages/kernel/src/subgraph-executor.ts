import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  parse,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { compileOperation, type Operation } from './execution/compile-operation.ts';
import { framesWithPositions, isDurable, streamPositionHeader } from './stream-positions.ts';
import { iterable, lazyStream, mapStream, streamOf } from './streams.ts';
import type { Headers, NewContext } from './subgraph.ts';
import type { SubgraphRequest, SubgraphResponse } from './transport.ts';
import type { InProcessSubgraph } from './transport-in-process.ts';

/** A text that is valid, with its operations by name. */
export type Prepared = { document: DocumentNode; operation(name: string | null | undefined): Operation };
export type Prepare = (query: string) => Prepared | readonly GraphQLError[];

/** Parses, validates and compiles each text once; a router sends the same few texts over and over. */
export function preparedTexts(schema: GraphQLSchema): Prepare {
  const texts = new LRUCache<string, Prepared | readonly GraphQLError[]>({
    max: 2_000,
    maxSize: 20_000_000,
    sizeCalculation: (_, text) => text.length + 1,
  });
  return (query) => {
    const known = texts.get(query);
    if (known) return known;
    const document = parseAndValidate(schema, query);
    const fresh = isErrors(document) ? document : { document, operation: operationsOf(schema, document) };
    texts.set(query, fresh);
    return fresh;
  };
}

function operationsOf(schema: GraphQLSchema, document: DocumentNode): Prepared['operation'] {
  const operations = new Map<string | null | undefined, Operation>();
  return (name) => {
    const known = operations.get(name);
    if (known) return known;
    const fresh = compileOperation(schema, document, name);
    if (fresh.kind) operations.set(name, fresh); // Names that are not in the document have no end.
    return fresh;
  };
}

function parseAndValidate(schema: GraphQLSchema, query: string): DocumentNode | readonly GraphQLError[] {
  try {
    const document = parse(query);
    const errors = validate(schema, document);
    return errors.length > 0 ? errors : document;
  } catch (error) {
    return [asGraphQLError(error)];
  }
}

const asGraphQLError = (error: unknown): GraphQLError =>
  error instanceof GraphQLError
    ? error
    : new GraphQLError(error instanceof Error ? error.message : String(error));

export const isErrors = (found: object): found is readonly GraphQLError[] => Array.isArray(found);

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
