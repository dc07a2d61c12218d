import { lookup as lookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector, type Dispatcher, request } from 'undici';
import { isPublicAddress } from './address.rules.ts';
import { peaceAskedFor } from './retry-after.rules.ts';

export type Post = { url: string; headers: Readonly<Record<string, string>>; body: string };

/** What became of one attempt; without an error the receiver has it. */
export type Attempt = {
  status: number | null;
  error: string | null;
  /** For so long, in milliseconds, the receiver asked to be left in peace. */
  peaceMs?: number;
};

export type Sender = {
  /** Posts once and never throws: what goes wrong is what became of it. */
  post(post: Post): Promise<Attempt>;
  close(): Promise<void>;
};

export type SenderOptions = {
  /** Whether this machine and private networks may be posted to. */
  allowPrivate: boolean;
  /** Whether `http:` will do. */
  allowHttp: boolean;
  /** How long an attempt may take from the look-up of the name to the end of the answer. @default 15000 */
  timeLimitMs?: number;
  /** Looks up names. @default that of the operating system */
  lookup?: LookupFunction;
};

/** What `Retry-After` goes with: too many requests, and not now. With others it means something else, or nothing. */
const asksForPeace = new Set([429, 503]);

/** Of an answer's body so much is read, to use the connection again; nobody looks at it. */
const bodyLimit = 64 * 1024;

class ForbiddenAddress extends Error {
  override name = 'ForbiddenAddress';
  constructor() {
    super('The host has no address of the public internet');
  }
}

/**
 * Posts to URLs that strangers chose. An address is judged when it is connected to, not when the URL was entered: a name
 * may answer otherwise by then. Redirects are not followed, answers are not read, and every attempt ends in time.
 */
export function openSender(options: SenderOptions): Sender {
  const { allowPrivate, allowHttp, timeLimitMs = 15_000, lookup = lookupAddress as LookupFunction } = options;
  const mayConnect = (address: string): boolean => allowPrivate || isPublicAddress(address);

  const guardedLookup: LookupFunction = (hostname, lookupOptions, callback) => {
    lookup(hostname, { ...lookupOptions, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const list = typeof found === 'string' ? [{ address: found, family: isIP(found) }] : found;
      const allowed = list.filter(({ address }) => mayConnect(address));
      const [first] = allowed;
      if (!first) return callback(new ForbiddenAddress(), []);
      if (lookupOptions.all) return callback(null, allowed);
      callback(null, first.address, first.family);
    });
  };
  const connectTo = buildConnector({ lookup: guardedLookup, timeout: timeLimitMs, allowH2: false });

  const agent = new Agent({
    connect: (target, callback) => {
      // A host that is an address already is not looked up.
      const host = target.hostname.replace(/^\[|\]$/g, '');
      if (isIP(host) && !mayConnect(host)) return callback(new ForbiddenAddress(), null);
      connectTo(target, (...connected) => {
        const [error, socket] = connected;
        if (error) return callback(error, null);
        if (mayConnect(socket.remoteAddress ?? '')) return callback(null, socket);
        socket.destroy();
        callback(new ForbiddenAddress(), null);
      });
    },
    pipelining: 1,
    maxHeaderSize: 16 * 1024,
    headersTimeout: timeLimitMs,
    bodyTimeout: timeLimitMs,
    keepAliveTimeout: 10_000,
    keepAliveMaxTimeout: 60_000,
  });

  return {
    async post({ url, headers, body }) {
      if (!allowHttp && !url.startsWith('https://'))
        return { status: null, error: 'The URL is not an https one' };
      const signal = AbortSignal.timeout(timeLimitMs);
      try {
        const {
          statusCode,
          headers: told,
          body: answer,
        } = await request(url, {
          method: 'POST',
          dispatcher: agent,
          headers: { 'content-type': 'application/json', 'user-agent': 'Meridian-Webhooks/1', ...headers },
          body,
          signal,
        });
        await discard(answer);
        const ok = statusCode >= 200 && statusCode < 300;
        const retryAfter = asksForPeace.has(statusCode) ? told['retry-after'] : undefined;
        const peaceMs = peaceAskedFor([retryAfter].flat()[0], new Date());
        return {
          status: statusCode,
          error: ok ? null : `The receiver answered ${statusCode}`,
          ...(peaceMs !== undefined && { peaceMs }),
        };
      } catch (error) {
        return { status: null, error: reasonOf(error, timeLimitMs) };
      }
    },
    close: () => agent.destroy(),
  };
}

/** The status has said it all: an answer that is too long, too slow or broken off is cut off without more ado. */
async function discard(answer: Dispatcher.ResponseData['body']): Promise<void> {
  let read = 0;
  try {
    for await (const chunk of answer) {
      read += chunk.length;
      if (read > bodyLimit) break;
    }
  } catch {
    // Cut off.
  }
}

/** In words of ours: those of libraries may name addresses inside our network. */
function reasonOf(error: unknown, timeLimitMs: number): string {
  if (!(error instanceof Error)) return 'The receiver could not be reached';
  if (error instanceof ForbiddenAddress) return error.message;
  const code = 'code' in error ? String(error.code) : '';
  if (error.name === 'TimeoutError' || code.endsWith('_TIMEOUT') || code === 'UND_ERR_ABORTED')
    return `The receiver did not answer within ${timeLimitMs / 1_000} s`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'The name of the host was not found';
  if (code === 'ECONNREFUSED') return 'The connection was refused';
  if (code === 'ECONNRESET' || code === 'UND_ERR_SOCKET' || code === 'EPIPE')
    return 'The connection was closed before an answer';
  if (code.startsWith('ERR_TLS') || code.includes('CERT') || code === 'EPROTO')
    return 'The TLS connection failed';
  return 'The receiver could not be reached';
}
