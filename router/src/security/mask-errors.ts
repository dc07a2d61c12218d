import { errorCatalogue } from '@meridian/kernel/errors';
import type { Logger } from '@meridian/kernel/logger';
import type { GraphQLFormattedError } from 'graphql';
import type { RequestContext } from '../engine/engine.ts';

/** A subgraph that could not be asked or did not answer. */
const absent = new Set(['SUBGRAPH_UNAVAILABLE', 'SUBGRAPH_TIMEOUT', 'SUBGRAPH_OVERLOADED']);
/** What is no client's business in production; the other codes of the catalogue say what a client did or may do. */
const unexpected = new Set([
  ...absent,
  'INTERNAL_SERVER_ERROR',
  'SUBGRAPH_MALFORMED_RESPONSE',
  'SUBGRAPH_RESPONSE_TOO_LARGE',
]);
const expected = new Set(Object.keys(errorCatalogue).filter((code) => !unexpected.has(code)));

export type FormatError = (
  error: GraphQLFormattedError,
  context: Pick<RequestContext, 'correlationId'> | undefined,
) => GraphQLFormattedError;

/**
 * Decides what of an error a client sees. Expected errors pass. The others are logged and, in production, lose
 * their message; either way they carry the correlation id to quote. A stack trace never passes.
 */
export function errorMask({ production, logger }: { production: boolean; logger: Logger }): FormatError {
  return (error, context) => {
    const { code, stacktrace: _stacktrace, exception: _exception, ...details } = error.extensions ?? {};
    if (typeof code === 'string' && expected.has(code)) return { ...error, extensions: { ...details, code } };

    const isAbsent = typeof code === 'string' && absent.has(code);
    const shown = isAbsent ? code : 'INTERNAL_SERVER_ERROR';
    const { retryable } = details;
    const correlationId = context?.correlationId;
    logger.error(
      { correlationId, code, path: error.path, subgraph: details['subgraph'], reason: error.message },
      'unexpected error',
    );
    if (production)
      return {
        ...error,
        message: isAbsent ? 'A part of the API did not answer' : 'Internal server error',
        extensions: {
          code: shown,
          ...(retryable === undefined ? {} : { retryable }),
          ...(correlationId === undefined ? {} : { correlationId }),
        },
      };
    return {
      ...error,
      extensions: {
        ...details,
        code: code ?? shown,
        ...(correlationId === undefined ? {} : { correlationId }),
      },
    };
  };
}
