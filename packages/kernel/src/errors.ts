import { GraphQLError } from 'graphql';

/**
 * Every code that an entry of `errors` may carry, the HTTP status of a request that comes to nothing but it (null: what is
 * bad about the request decides), and what it means. `docs/errors.md` is made from it by its test.
 * Expected refusals are not here: they are data, in `userErrors`.
 */
export const errorCatalogue = {
  BAD_REQUEST: [null, 'The request is no GraphQL request: its body, its headers or its method.'],
  BAD_USER_INPUT: [400, 'An argument or variable has a value that the field does not accept.'],
  CONFLICT: [200, 'It changed while you were changing it; read it again and retry.'],
  CURSOR_EXPIRED: [
    200,
    'Events after this cursor are no longer kept; `extensions.resumeFrom` is a cursor from which all that are kept follow.',
  ],
  CURSOR_INVALID: [
    400,
    'The cursor is not one of this stream; `extensions.resumeFrom` is one from which all events that are kept follow.',
  ],
  DEADLINE_EXCEEDED: [200, 'The caller had stopped waiting before the work began.'],
  EVENTS_MISSED: [
    200,
    'Events are missing here; `extensions.missed` says how many, null that nobody knows. The stream goes on.',
  ],
  FORBIDDEN: [403, 'This viewer may not do that; `extensions.requires` names the scope that is missing.'],
  GRAPHQL_PARSE_FAILED: [400, 'The text is not GraphQL.'],
  GRAPHQL_VALIDATION_FAILED: [
    400,
    'The operation does not fit the schema, or asks for more than is allowed.',
  ],
  GOING_AWAY: [503, 'The server stops; subscribe again, after `extensions.resumeFrom` where it is there.'],
  INTERNAL_SERVER_ERROR: [500, 'Something broke on our side; quote `extensions.correlationId`.'],
  NOT_FOUND: [200, 'It does not exist, or this viewer may not see it.'],
  OPERATION_RESOLUTION_FAILURE: [400, 'The document has no such operation, or several and none is named.'],
  OPERATION_TOO_COMPLEX: [
    400,
    'It takes too much time or memory to work out how to answer the operation; ask for less at once.',
  ],
  OVERLOADED: [503, 'More is asked for than can be answered; try again later.'],
  PERSISTED_QUERY_NOT_FOUND: [200, 'No operation is known by this hash; send its text too.'],
  PERSISTED_QUERY_NOT_SUPPORTED: [200, 'Operations cannot be asked for by hash here.'],
  PLANNING_INTERRUPTED: [503, 'What works out how to answer the operation broke on our side; try again.'],
  PLANNING_OVERLOADED: [503, 'Too many new operations wait to be planned; try again later.'],
  QUERY_PLANNING_FAILED: [500, 'No way through the subgraphs gives what is asked.'],
  SLOW_CONSUMER: [
    200,
    'The client reads its subscription too slowly; subscribe again, after `extensions.resumeFrom`.',
  ],
  SUBGRAPH_MALFORMED_RESPONSE: [200, 'A subgraph answered what is no answer to its part of the operation.'],
  SUBGRAPH_OVERLOADED: [200, 'Too many calls wait for a subgraph that this field needs; try again later.'],
  SUBGRAPH_RESPONSE_TOO_LARGE: [200, 'A subgraph answered with more than is accepted; ask for less.'],
  SUBGRAPH_TIMEOUT: [200, 'A subgraph that this field needs did not answer in time.'],
  SUBGRAPH_UNAVAILABLE: [200, 'A subgraph that this field needs did not answer.'],
  SUBSCRIPTION_INVALIDATED: [
    200,
    'The API has changed and no longer takes this subscription; `extensions.errors` says why.',
  ],
  TOO_MANY_CONNECTIONS: [429, 'Too many connections stream: in all, from this address, or of this viewer.'],
  TOO_MANY_OPERATIONS: [200, 'More operations at once than one connection may have.'],
  UNAUTHENTICATED: [401, 'No valid identity came with the request.'],
} as const satisfies Record<string, readonly [status: number | null, meaning: string]>;

export type ErrorCode = keyof typeof errorCatalogue;

/** The only error whose message reaches a client. Everything else is masked and logged. */
export class AppError extends GraphQLError {
  constructor(code: ErrorCode, message: string, details: Record<string, unknown> = {}) {
    super(message, { extensions: { ...details, code } });
    this.name = 'AppError';
  }
}

export const notFound = (type: string, id: string) =>
  new AppError('NOT_FOUND', `${type} ${id} was not found`);

export const conflict = (type: string, id: string) =>
  new AppError('CONFLICT', `${type} ${id} changed meanwhile; read it again and retry`);

export const badInput = (message: string, path?: string) =>
  new AppError('BAD_USER_INPUT', message, path === undefined ? {} : { argument: path });
