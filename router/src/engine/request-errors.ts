import { GraphQLError, type GraphQLFormattedError } from 'graphql';

/** Why an operation is not run at all. Clients see these as they are. */
export type RequestErrors = { errors: readonly GraphQLFormattedError[] };

type RequestErrorCode =
  | 'BAD_USER_INPUT'
  | 'GRAPHQL_PARSE_FAILED'
  | 'GRAPHQL_VALIDATION_FAILED'
  | 'OPERATION_RESOLUTION_FAILURE'
  | 'OPERATION_TOO_COMPLEX'
  | 'OVERLOADED'
  | 'PLANNING_INTERRUPTED'
  | 'PLANNING_OVERLOADED'
  | 'QUERY_PLANNING_FAILED';

export const requestErrors = (code: RequestErrorCode, errors: readonly GraphQLError[]): RequestErrors => ({
  errors: errors.map((error) => {
    const { message, locations, path } = error.toJSON();
    return {
      message,
      ...(locations ? { locations } : {}),
      ...(path ? { path } : {}),
      extensions: { ...error.extensions, code },
    };
  }),
});

export const requestError = (
  code: RequestErrorCode,
  message: string,
  extensions: Record<string, unknown> = {},
): RequestErrors => requestErrors(code, [new GraphQLError(message, { extensions })]);
