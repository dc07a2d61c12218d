import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  parse,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { lazyStream, mapStream, streamOf } from './streams.ts';
import type { Headers, NewContext } from './subgraph.ts';
import type { SubgraphRequest, SubgraphResponse } from './transport.ts';
import type { InProcessSubgraph } from './transport-in-process.ts';

const cachedDocuments = 2_000;

type Documents = (query: string) => DocumentNode | readonly GraphQLError[];

/** Parses and validates each text once; a router sends the same few texts over and over. */
export function documentCache(schema: GraphQLSchema): Documents {
  const documents = new LRUCache<string, DocumentNode | readonly GraphQLError[]>({ max: cachedDocuments });
  return (query) => {
    const known = documents.get(query);
    if (known) return known;
    const fresh = parseAndValidate(schema, query);
    documents.set(query, fresh);
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

const isErrors = (found: DocumentNode | readonly GraphQLError[]): found is readonly GraphQLError[] =>
  Array.isArray(found);

const failed = (errors: readonly GraphQLError[]): SubgraphResponse => ({
  errors: errors.map((error) => error.toJSON()),
});

const formatted = ({ data, errors }: ExecutionResult): SubgraphResponse => ({
  ...(data !== undefined && { data }),
  ...(errors?.length && { errors: errors.map((error) => error.toJSON()) }),
});

/** Runs a router's operations on a subgraph's schema. */
export function subgraphExecutor(
  schema: GraphQLSchema,
  connect: (headers: Headers) => Promise<NewContext>,
): InProcessSubgraph {
  const documents = documentCache(schema);

  return {
    async execute({ query, operationName, variables, headers }) {
      const document = documents(query);
      if (isErrors(document)) return failed(document);
      try {
        const contextValue = (await connect(headers))();
        return formatted(
          await execute({ schema, document, operationName, variableValues: variables, contextValue }),
        );
      } catch (error) {
        return failed([asGraphQLError(error)]);
      }
    },
    subscribe(request) {
      const document = documents(request.query);
      return isErrors(document)
        ? streamOf(async () => failed(document))
        : subscribeOperation({ schema, document, request, connect: () => connect(request.headers) });
    },
  };
}

export type SubscribeOptions = {
  schema: GraphQLSchema;
  document: DocumentNode;
  request: Pick<SubgraphRequest, 'operationName' | 'variables'>;
  connect: () => Promise<NewContext>;
};

/**
 * The subscription algorithm of the specification, but each event runs with a context of its own: loaders that
 * outlive an event would answer the next one with old rows.
 */
export function subscribeOperation(options: SubscribeOptions): AsyncIterableIterator<SubgraphResponse> {
  const { schema, document, request, connect } = options;
  const operation = {
    schema,
    document,
    operationName: request.operationName,
    variableValues: request.variables,
  };

  const start = async (): Promise<AsyncIterator<SubgraphResponse>> => {
    const newContext = await connect();
    const source = await createSourceEventStream({ ...operation, contextValue: newContext() });
    if (!(Symbol.asyncIterator in source)) return streamOf(async () => formatted(source));
    return mapStream(source[Symbol.asyncIterator](), async (rootValue) =>
      formatted(await execute({ ...operation, rootValue, contextValue: newContext() })),
    );
  };
  return lazyStream(start);
}
