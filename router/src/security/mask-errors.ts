import { errorCatalogue } from '@meridian/kernel/errors';
import type { Logger } from '@meridian/kernel/logger';
import type { GraphQLFormattedError } from 'graphql';
import type { RequestContext } from '../engine/engine.ts';

const absent = 'A part of the API did not answer';

/**
 * What is said in production of failures that are no client's doing. Other codes of the catalogue say what a client did or
 * may do, and keep the words that they came with.
 */
const unexpected = new Map<string, string>([
  ['INTERNAL_SERVER_ERROR', 'Internal server error'],
  ['QUERY_PLANNING_FAILED', 'No way was found to answer this'],
  ['SUBGRAPH_MALFORMED_RESPONSE', 'A part of the API gave an answer that cannot be used'],
  ['SUBGRAPH_OVERLOADED', absent],
  ['SUBGRAPH_RESPONSE_TOO_LARGE', 'A part of the API answered with more than is accepted'],
  ['SUBGRAPH_TIMEOUT', absent],
  ['SUBGRAPH_UNAVAILABLE', absent],
]);
const expected = new Set(Object.keys(errorCatalogue).filter((code) => !unexpected.has(code)));

/** Whether the code says what a client did or may do, so that asking again would change nothing. */
export const isExpected = (extensions: GraphQLFormattedError['extensions']): boolean =>
  expected.has(String(extensions?.['code']));

export type FormatError = (
  error: GraphQLFormattedError,
  context: Pick<RequestContext, 'correlationId'> | undefined,
) => GraphQLFormattedError;

/**
 * Decides what of an error a client sees. Expected errors pass. The others are logged and, in production, lose their
 * message and every detail but these: a code of the catalogue, the subgraph, whose name is no secret in a federated API,
 * and whether a retry could help. They carry the correlation id to quote. A stack trace never passes.
 */
export function errorMask({ production, logger }: { production: boolean; logger: Logger }): FormatError {
  const log = atMost(mostLogged, (fields, unlogged) =>
    logger.error({ ...fields, ...(unlogged > 0 && { unlogged }) }, 'unexpected error'),
  );
  return (error, context) => {
    const { code, stacktrace: _stacktrace, exception: _exception, ...details } = error.extensions ?? {};
    if (isExpected(error.extensions)) return { ...error, extensions: { ...details, code } };

    const correlationId = context?.correlationId;
    const { subgraph, retryable } = details;
    log({ correlationId, code, path: error.path, subgraph, reason: error.message });
    const quotable = correlationId === undefined ? {} : { correlationId };
    if (!production)
      return { ...error, extensions: { ...details, code: code ?? 'INTERNAL_SERVER_ERROR', ...quotable } };
    const shown = typeof code === 'string' && unexpected.has(code) ? code : 'INTERNAL_SERVER_ERROR';
    return {
      ...error,
      message: unexpected.get(shown) ?? '',
      extensions: {
        code: shown,
        ...(typeof subgraph === 'string' ? { subgraph } : {}),
        ...(typeof retryable === 'boolean' ? { retryable } : {}),
        ...quotable,
      },
    };
  };
}

/** Lines a second: a subgraph that fails may fail in each of a hundred thousand places, and for everybody. */
const mostLogged = 100;

/** @returns what passes so many on in a second, and with the next one how many it has not */
function atMost(
  perSecond: number,
  log: (fields: object, unlogged: number) => void,
): (fields: object) => void {
  let [begun, logged, unlogged] = [0, 0, 0];
  return (fields) => {
    const now = performance.now();
    if (now - begun >= 1_000) [begun, logged] = [now, 0];
    if (logged === perSecond) {
      unlogged++;
      return;
    }
    logged++;
    log(fields, unlogged);
    unlogged = 0;
  };
}
