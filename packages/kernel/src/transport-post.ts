import type { Pool } from 'undici';
import type { SubgraphResponse } from './transport.ts';
import { acceptedEncodings, decompress } from './transport-encoding.ts';
import { SubgraphUnreachable, unreachable } from './transport-failure.ts';

type Post = {
  path: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  signal: AbortSignal | undefined;
  /** Of the answer, once it is decompressed; the pool limits what comes over the wire. */
  maxBytes: number;
};

/** What came back, apart from its bytes. */
type Head = { status: number; mediaType: string };

/**
 * One POST by undici's dispatch, its leanest interface: no streams, the answer parsed once.
 * @throws SubgraphUnreachable when no GraphQL result came back; the signal's reason when it was aborted.
 */
export function postJson(
  pool: Pool,
  { path, headers, body, signal, maxBytes }: Post,
): Promise<SubgraphResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<SubgraphResponse>();
  if (signal?.aborted) {
    reject(signal.reason);
    return promise;
  }
  const chunks: Buffer[] = [];
  const head: Head = { status: 0, mediaType: 'no content type' };
  let encoding = 'identity';
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
      headers: {
        ...headers,
        'content-type': 'application/json',
        accept: 'application/json',
        'accept-encoding': acceptedEncodings,
      },
      body,
    },
    {
      onRequestStart(controller) {
        abort = () => controller.abort(new Error('aborted'));
        if (signal?.aborted) abort();
      },
      onResponseStart(_controller, statusCode, responseHeaders) {
        head.status = statusCode;
        head.mediaType = String(responseHeaders['content-type'] ?? head.mediaType).split(';', 1)[0] ?? '';
        encoding = String(responseHeaders['content-encoding'] ?? encoding);
      },
      onResponseData(_controller, chunk) {
        chunks.push(chunk);
      },
      onResponseEnd() {
        settled();
        const bytes = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
        if (encoding !== 'identity' && bytes.length > 0) {
          decompress(bytes, encoding, maxBytes)
            .then((plain) => readResult(plain, head))
            .then(resolve, reject);
          return;
        }
        try {
          resolve(readResult(bytes, head));
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
function readResult(bytes: Buffer, { status, mediaType }: Head): SubgraphResponse {
  const result = parse(bytes.toString('utf8'));
  if (isResult(result)) return result;
  const what =
    bytes.length === 0
      ? 'an empty body'
      : result === undefined
        ? `${bytes.length} bytes of ${mediaType} that are not valid JSON`
        : 'JSON that is not a GraphQL result';
  throw new SubgraphUnreachable(
    `The subgraph answered ${status} with ${what}`,
    status === 429 || status >= 500 ? 'unavailable' : 'malformed',
  );
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
