import { errorCatalogue } from '@meridian/kernel/errors';
import type { Logger } from '@meridian/kernel/logger';
import type { GraphQLFormattedError } from 'graphql';
import type { RequestContext } from '../engine/engine.ts';

/** What is no client's business in production; the other codes of the catalogue say what a client did or may do. */
const unexpected = new Set(['INTERNAL_SERVER_ERROR', 'SUBGRAPH_UNAVAILABLE', 'SUBGRAPH_MALFORMED_RESPONSE']);
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

    const shown = code === 'SUBGRAPH_UNAVAILABLE' ? code : 'INTERNAL_SERVER_ERROR';
    const correlationId = context?.correlationId;
    logger.error(
      { correlationId, code, path: error.path, subgraph: details['subgraph'], reason: error.message },
      'unexpected error',
    );
    if (production)
      return {
        ...error,
        message:
          code === 'SUBGRAPH_UNAVAILABLE' ? 'A part of the API did not answer' : 'Internal server error',
        extensions: { code: shown, ...(correlationId === undefined ? {} : { correlationId }) },
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
