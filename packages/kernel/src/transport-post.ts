import type { Pool } from 'undici';
import type { SubgraphResponse } from './transport.ts';

/** No GraphQL result came back. The message names the problem and nothing of what was sent or received. */
export class SubgraphUnreachable extends Error {
  override name = 'SubgraphUnreachable';
}

const problems: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'The subgraph refused the connection',
  ENOTFOUND: "The subgraph's host name does not resolve",
  ECONNRESET: 'The subgraph closed the connection before it had answered',
  EPIPE: 'The subgraph closed the connection before it had answered',
  UND_ERR_SOCKET: 'The subgraph closed the connection before it had answered',
  UND_ERR_CONNECT_TIMEOUT: 'The subgraph did not accept a connection in time',
  UND_ERR_HEADERS_TIMEOUT: 'The subgraph did not answer in time',
  UND_ERR_BODY_TIMEOUT: 'The subgraph stopped in the middle of its answer',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'The subgraph answered with more bytes than are accepted',
  UND_ERR_DESTROYED: 'The connection to the subgraph is closed for good',
  UND_ERR_CLOSED: 'The connection to the subgraph is closed for good',
};

/** What a network error means, in words. */
export function unreachable(error: unknown): SubgraphUnreachable {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return new SubgraphUnreachable(problems[code] ?? `The subgraph could not be reached (${code})`, {
    cause: error,
  });
}

type Post = {
  path: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  signal: AbortSignal | undefined;
};

/**
 * One POST by undici's dispatch, its leanest interface: no streams, the answer parsed once.
 * @throws SubgraphUnreachable when no GraphQL result came back; the signal's reason when it was aborted.
 */
export function postJson(pool: Pool, { path, headers, body, signal }: Post): Promise<SubgraphResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<SubgraphResponse>();
  if (signal?.aborted) {
    reject(signal.reason);
    return promise;
  }
  const chunks: Buffer[] = [];
  let status = 0;
  let mediaType = 'no content type';
  let abort = () => {};
  const onAbort = () => {
    reject(signal?.reason);
    abort();
  };
  const settled = () => signal?.removeEventListener('abort', onAbort);
  signal?.addEventListener('abort', onAbort, { once: true });

  pool.dispatch(
    {
      path,
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', accept: 'application/json' },
      body,
    },
    {
      onRequestStart(controller) {
        abort = () => controller.abort(new Error('aborted'));
        if (signal?.aborted) abort();
      },
      onResponseStart(_controller, statusCode, responseHeaders) {
        status = statusCode;
        mediaType = String(responseHeaders['content-type'] ?? mediaType).split(';', 1)[0] ?? mediaType;
      },
      onResponseData(_controller, chunk) {
        chunks.push(chunk);
      },
      onResponseEnd() {
        settled();
        try {
          resolve(readResult(chunks, status, mediaType));
        } catch (error) {
          reject(error);
        }
      },
      onResponseError(_controller, error) {
        settled();
        reject(unreachable(error));
      },
    },
  );
  return promise;
}

/** A GraphQL result counts whatever its status is: servers answer refused operations with 4xx and 5xx. */
function readResult(chunks: readonly Buffer[], status: number, mediaType: string): SubgraphResponse {
  const bytes = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
  const what = `The subgraph answered ${status} with`;
  if (bytes.length === 0) throw new SubgraphUnreachable(`${what} an empty body`);
  const result = parse(bytes.toString('utf8'));
  if (result === undefined)
    throw new SubgraphUnreachable(`${what} ${bytes.length} bytes of ${mediaType} that are not valid JSON`);
  if (!isResult(result)) throw new SubgraphUnreachable(`${what} JSON that is not a GraphQL result`);
  return result;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isResult = (value: unknown): value is SubgraphResponse =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  (('data' in value && typeof value.data === 'object') || ('errors' in value && Array.isArray(value.errors)));
