import { createSecretKey } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import { AppError } from './errors.ts';
import type { Viewer } from './viewer.ts';

/** The header that carries the viewer from the router to a subgraph, and between subgraphs. */
export const viewerHeader = 'x-meridian-viewer';

const issuer = 'meridian';
const required = { issuer, algorithms: ['HS256'], requiredClaims: ['sub', 'exp'] };
const lifetimeSeconds = 60;
/** Signing costs about 30 µs, so a token is reused for half its life. */
const reuseMs = (lifetimeSeconds / 2) * 1000;

const keyOf = (secret: string) => createSecretKey(Buffer.from(secret, 'utf8'));
const fingerprint = (viewer: Viewer) => `${viewer.id}\n${[...viewer.scopes].sort().join(' ')}`;

export type ViewerSigner = (viewer: Viewer) => Promise<string>;
export type ViewerVerifier = (token: string | undefined) => Promise<Viewer | null>;

/** Signs short-lived viewers (HS256, 60 s). `secret` is shared by the programs of one deployment: 32 bytes or more. */
export function viewerSigner(secret: string): ViewerSigner {
  const key = keyOf(secret);
  const signed = new LRUCache<string, Promise<string>>({ max: 10_000, ttl: reuseMs });
  return (viewer) => {
    const cacheKey = fingerprint(viewer);
    const known = signed.get(cacheKey);
    if (known) return known;
    const token = new SignJWT({ scope: [...viewer.scopes].join(' ') })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(issuer)
      .setSubject(viewer.id)
      .setIssuedAt()
      .setExpirationTime(`${lifetimeSeconds}s`)
      .sign(key);
    signed.set(cacheKey, token);
    return token;
  };
}

/**
 * Verifies what `viewerSigner` made. No token is an anonymous request; a bad or expired one is refused.
 * @throws UNAUTHENTICATED
 */
export function viewerVerifier(secret: string): ViewerVerifier {
  const key = keyOf(secret);
  const verified = new LRUCache<string, { viewer: Viewer; expiresAt: number }>({ max: 10_000 });
  return async (token) => {
    if (!token) return null;
    const known = verified.get(token);
    if (known && known.expiresAt > Date.now()) return known.viewer;
    const { payload } = await jwtVerify(token, key, required).catch(() => {
      throw new AppError('UNAUTHENTICATED', `The ${viewerHeader} header is not a valid viewer`);
    });
    const scope = typeof payload['scope'] === 'string' ? payload['scope'] : '';
    const viewer: Viewer = { id: payload.sub ?? '', scopes: new Set(scope.split(' ').filter(Boolean)) };
    verified.set(token, { viewer, expiresAt: (payload.exp ?? 0) * 1000 });
    return viewer;
  };
}
