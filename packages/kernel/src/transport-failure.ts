/**
 * Why no GraphQL result came back.
 * - `unsent`: the subgraph was not reached, so it has done nothing
 * - `broken`: the connection ended before the answer did
 * - `timeout`: the answer did not come in time
 * - `unavailable`: a status that says to come again (429, 5xx) without a GraphQL result
 * - `malformed`: an answer that is no GraphQL result
 * - `oversized`: an answer beyond the limit, as it came or decompressed
 */
export type SubgraphFailure = 'unsent' | 'broken' | 'timeout' | 'unavailable' | 'malformed' | 'oversized';

/** No GraphQL result came back. The message names the problem and nothing of what was sent or received. */
export class SubgraphUnreachable extends Error {
  override name = 'SubgraphUnreachable';
  readonly failure: SubgraphFailure;

  constructor(message: string, failure: SubgraphFailure, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

const hungUp = ['broken', 'The subgraph closed the connection before it had answered'] as const;
const destroyed = ['unsent', 'The connection to the subgraph is closed for good'] as const;

const problems: Readonly<Record<string, readonly [SubgraphFailure, string]>> = {
  ECONNREFUSED: ['unsent', 'The subgraph refused the connection'],
  ENOTFOUND: ['unsent', "The subgraph's host name does not resolve"],
  EAI_AGAIN: ['unsent', "The subgraph's host name does not resolve"],
  EHOSTUNREACH: ['unsent', "There is no way to the subgraph's host"],
  ENETUNREACH: ['unsent', "There is no way to the subgraph's host"],
  ECONNRESET: hungUp,
  EPIPE: hungUp,
  UND_ERR_SOCKET: hungUp,
  UND_ERR_CONNECT_TIMEOUT: ['unsent', 'The subgraph did not accept a connection in time'],
  UND_ERR_HEADERS_TIMEOUT: ['timeout', 'The subgraph did not answer in time'],
  UND_ERR_BODY_TIMEOUT: ['timeout', 'The subgraph stopped in the middle of its answer'],
  UND_ERR_RES_EXCEEDED_MAX_SIZE: ['oversized', 'The subgraph answered with more bytes than are accepted'],
  UND_ERR_DESTROYED: destroyed,
  UND_ERR_CLOSED: destroyed,
};

/** What a network error means, in words. */
export function unreachable(error: unknown): SubgraphUnreachable {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  const [failure, message] = problems[code] ?? ['broken', `The subgraph could not be reached (${code})`];
  return new SubgraphUnreachable(message, failure, { cause: error });
}
