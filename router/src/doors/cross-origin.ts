import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { correlationHeader } from '../telemetry/correlation.ts';

/** Browsers ask before the first request only, and again after this; Chromium's longest is two hours. */
const preflightSeconds = 7_200;

/** What GraphQL clients send: content negotiation, tokens, what proves a preflight, where a stream goes on. */
const usualHeaders = [
  ...['accept', 'apollo-require-preflight', 'apollographql-client-name', 'apollographql-client-version'],
  ...['authorization', 'content-type', 'last-event-id', 'traceparent', 'tracestate', correlationHeader],
];

type CrossOrigin = {
  /** Such as `https://shop.example.com`, to the letter. */
  origins: readonly string[];
  /** Headers for subgraphs, which clients may send too. */
  forwardHeaders: readonly string[];
};

/**
 * Lets pages of these origins use `/graphql` (https://fetch.spec.whatwg.org/#http-cors-protocol). Without credentials: who
 * asks is said by a token that a page sends itself, never by a cookie, so that no page can borrow what another has.
 */
export function allowOrigins(server: FastifyInstance, { origins, forwardHeaders }: CrossOrigin): void {
  if (origins.length === 0) return;
  const allowed = new Set(origins);
  const preflight = {
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': [...usualHeaders, ...forwardHeaders].join(', '),
    'access-control-max-age': String(preflightSeconds),
  };

  server.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    if (request.url.split('?', 1)[0] === '/graphql') {
      // An answer to one origin must not be taken from a cache for another.
      reply.header('vary', 'origin');
      const { origin } = request.headers;
      if (origin !== undefined && allowed.has(origin)) {
        reply.header('access-control-allow-origin', origin);
        reply.header('access-control-expose-headers', correlationHeader);
        if (request.method === 'OPTIONS') reply.headers(preflight);
      }
    }
    done();
  });
}

/**
 * Whether a WebSocket may be opened for who sent these headers. Browsers open one for the page of any site without asking
 * first, and CORS says nothing of them: the `Origin` that they send, and no page can change, is all there is to go by. The
 * page is let in when it is of our own origin or of one of `origins`, as is a program, which sends none.
 */
export function mayOpenSocket(headers: IncomingHttpHeaders, origins: readonly string[]): boolean {
  const { origin, host } = headers;
  if (origin === undefined || origins.includes(origin)) return true;
  // Behind a proxy that changes the host the browser's own word counts, which no script can set.
  if (headers['sec-fetch-site'] === 'same-origin') return true;
  if (host === undefined || !URL.canParse(origin)) return false;
  // Without the scheme, which is another one behind a proxy that ends TLS.
  const page = new URL(origin);
  const asked = `${page.protocol}//${host}`;
  return URL.canParse(asked) && new URL(asked).host === page.host;
}
