import { GraphQLError } from 'graphql';

/** Every code that a client may see, with its HTTP status and meaning. `docs/errors.md` is generated from it. */
export const errorCatalogue = {
  BAD_USER_INPUT: [400, 'An argument or variable has a value that the field does not accept.'],
  UNAUTHENTICATED: [401, 'No valid identity came with the request.'],
  FORBIDDEN: [403, 'This viewer may not do that; `extensions.requires` names what is missing.'],
  NOT_FOUND: [200, 'It does not exist, or this viewer may not see it.'],
  CONFLICT: [200, 'It changed while you were changing it; read it again and retry.'],
  IDEMPOTENCY_MISMATCH: [200, 'This idempotency key was used before with another input.'],
  SUBGRAPH_UNAVAILABLE: [200, 'A subgraph that this field needs did not answer; a retry may help.'],
  INTERNAL_SERVER_ERROR: [500, 'Something broke on our side; quote `extensions.correlationId`.'],
} as const satisfies Record<string, readonly [status: number, meaning: string]>;

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
