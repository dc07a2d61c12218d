import { GraphQLError, type GraphQLFormattedError } from 'graphql';

const formatted = new WeakMap<GraphQLError, GraphQLFormattedError>();

/** An error of the engine, which is already what clients see, for a library that asks for `GraphQLError`. */
export function asGraphQLError(error: GraphQLFormattedError): GraphQLError {
  const { message, path, extensions } = error;
  const wrapped = new GraphQLError(message, { path: path ?? null, extensions: extensions ?? null });
  formatted.set(wrapped, error);
  return wrapped;
}

/** The engine's own error behind one that `asGraphQLError` made. */
export const formattedOf = (error: unknown): GraphQLFormattedError | undefined =>
  error instanceof GraphQLError ? formatted.get(error) : undefined;
