import type { IncomingHttpHeaders } from 'node:http';
import type { Viewer } from '@meridian/kernel/viewer';
import { viewerHeader, viewerSigner } from '@meridian/kernel/viewer-token';
import type { RouterConfig } from '../config.ts';
import { correlationHeader, correlationIdOf } from '../telemetry/correlation.ts';
import { authenticator } from './authenticate.ts';

/** Who sent an operation, and what of the request travels on to subgraphs. */
export type Caller = {
  viewer: Viewer | null;
  /** When the caller's token ends, in milliseconds since the epoch. */
  expiresAt: number | null;
  correlationId: string;
  /** Allow-listed client headers. */
  forwarded: Readonly<Record<string, string>>;
};

export type Callers = {
  /** @throws UNAUTHENTICATED for a bad or expired token. */
  identify(headers: IncomingHttpHeaders): Promise<Caller>;
  /** What subgraphs get, with a freshly signed viewer: it lives 60 s, so ask again for every event. */
  headersFor(caller: Caller): Promise<Record<string, string>>;
  /** Equal for callers that subgraphs cannot tell apart, who may therefore share a stream. */
  identityOf(caller: Caller): string;
};

export function createCallers(
  config: Pick<RouterConfig, 'auth' | 'viewerSecret' | 'forwardHeaders'>,
): Callers {
  const authenticate = authenticator(config.auth);
  const sign = config.viewerSecret === undefined ? undefined : viewerSigner(config.viewerSecret);

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
        forwarded,
      };
    },
    async headersFor({ viewer, correlationId, forwarded }) {
      const headers: Record<string, string> = { ...forwarded, [correlationHeader]: correlationId };
      if (viewer && sign) headers[viewerHeader] = await sign(viewer);
      return headers;
    },
    identityOf: ({ viewer, forwarded }) =>
      JSON.stringify([
        viewer && [viewer.id, [...viewer.scopes].sort()],
        Object.entries(forwarded).sort(([a], [b]) => (a < b ? -1 : 1)),
      ]),
  };
}
