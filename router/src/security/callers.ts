import type { IncomingHttpHeaders } from 'node:http';
import { receiveTrace, type TraceContext } from '@meridian/kernel/trace-context';
import type { Viewer } from '@meridian/kernel/viewer';
import { viewerHeader, viewerSigner } from '@meridian/kernel/viewer-token';
import type { RouterConfig } from '../config.ts';
import type { RequestContext } from '../engine/engine.ts';
import { correlationHeader, correlationIdOf } from '../telemetry/correlation.ts';
import { authenticator } from './authenticate.ts';

/** Who sent an operation, and what of the request travels on to subgraphs. */
export type Caller = {
  viewer: Viewer | null;
  /** When the caller's token ends, in milliseconds since the epoch. */
  expiresAt: number | null;
  correlationId: string;
  /** The router's span of the caller's trace. */
  trace: TraceContext;
  /** Allow-listed client headers. */
  forwarded: Readonly<Record<string, string>>;
  /** Wants to see how operations are answered, and may. */
  explain: boolean;
};

/** `x-meridian-explain: 1` asks for plans. In production they are for viewers with the scope only: they name what is hidden. */
const explainHeader = 'x-meridian-explain';
const explainScope = 'router:explain';

export type Callers = {
  /** @throws UNAUTHENTICATED for a bad or expired token. */
  identify(headers: IncomingHttpHeaders): Promise<Caller>;
  /** What subgraphs get, with a freshly signed viewer: it lives 60 s, so ask again for every event. */
  headersFor(caller: Caller): Promise<Record<string, string>>;
  /** What one request, or one event of a subscription, brings along to subgraphs. Its deadline counts from now. */
  contextFor(caller: Caller): Promise<RequestContext>;
  /** Equal for callers that subgraphs cannot tell apart, who may therefore share a stream. */
  identityOf(caller: Caller): string;
};

export function createCallers(
  config: Pick<RouterConfig, 'production' | 'auth' | 'viewerSecret' | 'forwardHeaders' | 'requestTimeoutMs'>,
): Callers {
  const authenticate = authenticator(config.auth);
  const sign = config.viewerSecret === undefined ? undefined : viewerSigner(config.viewerSecret);

  const headersFor: Callers['headersFor'] = async ({ viewer, correlationId, forwarded }) => {
    const headers: Record<string, string> = { ...forwarded, [correlationHeader]: correlationId };
    if (viewer && sign) headers[viewerHeader] = await sign(viewer);
    return headers;
  };

  return {
    async identify(headers) {
      const identity = await authenticate(headers.authorization);
      const forwarded: Record<string, string> = {};
      for (const name of config.forwardHeaders) {
        const value = headers[name];
        if (value !== undefined) forwarded[name] = Array.isArray(value) ? value.join(', ') : value;
      }
      return {
        viewer: identity?.viewer ?? null,
        expiresAt: identity?.expiresAt ?? null,
        correlationId: correlationIdOf(headers[correlationHeader]),
        trace: receiveTrace(headers),
        forwarded,
        explain:
          headers[explainHeader] === '1' &&
          (!config.production || identity?.viewer.scopes.has(explainScope) === true),
      };
    },
    headersFor,
    contextFor: async (caller) => ({
      headers: await headersFor(caller),
      correlationId: caller.correlationId,
      deadline: Date.now() + config.requestTimeoutMs,
      trace: caller.trace,
    }),
    identityOf: ({ viewer, forwarded }) =>
      JSON.stringify([
        viewer && [viewer.id, [...viewer.scopes].sort()],
        Object.entries(forwarded).sort(([a], [b]) => (a < b ? -1 : 1)),
      ]),
  };
}
