import { type GraphQLError, type GraphQLFormattedError, OperationTypeNode } from 'graphql';
import { isPlainOperation } from './plain-operation.ts';
import { isErrors } from './prepared-texts.ts';
import type { Headers, Subgraph } from './subgraph.ts';

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

/** ApolloServer gives every error a code. */
const withCode = (error: GraphQLError): GraphQLFormattedError => ({
  ...error.toJSON(),
  extensions: { ...error.extensions, code: error.extensions['code'] ?? 'INTERNAL_SERVER_ERROR' },
});
