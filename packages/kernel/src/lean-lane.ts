import { type GraphQLError, type GraphQLFormattedError, OperationTypeNode } from 'graphql';
import { isErrors } from './prepared-texts.ts';
import type { Headers, Subgraph } from './subgraph.ts';

/** What a router sends. */
type PlainOperation = {
  query: string;
  operationName?: string | null;
  variables?: Record<string, unknown> | null;
};

/** The answer to a POST as JSON text; null when ApolloServer is to give it. Nothing was executed then. */
export type LeanLane = (body: unknown, headers: Headers) => Promise<string | null>;

/**
 * The way for a router's POSTs past ApolloServer, whose pipeline costs more than executing most operations. It takes
 * compiled queries and mutations; whatever else there is to say about a request, ApolloServer says.
 */
export function leanLane({ prepare, connect }: Pick<Subgraph, 'prepare' | 'connect'>): LeanLane {
  return async (body, headers) => {
    if (!acceptsJson(headers['accept']) || !isPlainOperation(body)) return null;
    const prepared = prepare(body.query);
    if (isErrors(prepared)) return null;
    const operation = prepared.operation(body.operationName);
    if (!operation.isCompiled || operation.kind === OperationTypeNode.SUBSCRIPTION) return null;
    const newContext = await connect(headers).catch(() => null);
    if (!newContext) return null;

    const { data, errors } = await operation.run({ variables: body.variables, context: newContext() });
    if (data === undefined) return null; // The variables were wrong.
    return JSON.stringify(errors ? { errors: errors.map(withCode), data } : { data });
  };
}

const acceptsJson = (accept: string | undefined): boolean =>
  accept === undefined || accept === 'application/json' || accept === '*/*';

function isPlainOperation(body: unknown): body is PlainOperation {
  if (!isObject(body)) return false;
  const { query, operationName, variables, extensions } = body;
  return (
    typeof query === 'string' &&
    query !== '' &&
    (operationName === undefined || operationName === null || typeof operationName === 'string') &&
    (variables === undefined || variables === null || isObject(variables)) &&
    (extensions === undefined || extensions === null)
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** ApolloServer gives every error a code. */
const withCode = (error: GraphQLError): GraphQLFormattedError => ({
  ...error.toJSON(),
  extensions: { ...error.extensions, code: error.extensions['code'] ?? 'INTERNAL_SERVER_ERROR' },
});
