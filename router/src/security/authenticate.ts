import { AppError } from '@meridian/kernel/errors';
import type { Viewer } from '@meridian/kernel/viewer';
import { errors, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import type { AuthConfig } from '../config.ts';
import { keySet } from './key-set.ts';

/** Signatures that a public key verifies. A shared secret or `none` would let a client sign for itself. */
const algorithms = [
  ...['EdDSA', 'Ed25519', 'ES256', 'ES384', 'ES512'],
  ...['PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512'],
];

export type Identity = {
  viewer: Viewer;
  /** Milliseconds since the epoch. */
  expiresAt: number;
};

/**
 * Takes an `Authorization` value.
 * @throws UNAUTHENTICATED when a token is there and not valid; another error when the keys cannot be read.
 */
export type Authenticate = (authorization: string | undefined) => Promise<Identity | null>;

const refused = (why: string) => new AppError('UNAUTHENTICATED', why);

/** Verifies bearer tokens of one issuer; verified ones are remembered until they expire. */
export function authenticator(auth: AuthConfig | undefined): Authenticate {
  if (!auth)
    return async (authorization) => {
      if (authorization) throw refused('This API takes no tokens: it was started without AUTH_JWKS');
      return null;
    };

  const keys = keySet(auth.jwks);
  const checks = {
    algorithms,
    requiredClaims: ['sub', 'exp'],
    clockTolerance: 5,
    ...(auth.issuer === undefined ? {} : { issuer: auth.issuer }),
    ...(auth.audience === undefined ? {} : { audience: auth.audience }),
  };
  const verified = new LRUCache<string, Identity>({ max: 10_000 });

  return async (authorization) => {
    if (!authorization) return null;
    const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1];
    if (!token) throw refused('The Authorization header is not `Bearer` and a JSON Web Token');
    const known = verified.get(token);
    if (known && known.expiresAt > Date.now()) return known;

    const { payload } = await jwtVerify(token, keys, checks).catch((error: unknown) => {
      throw aboutToken(error) ?? new Error('The keys that sign tokens cannot be read', { cause: error });
    });
    const identity: Identity = {
      viewer: { id: payload.sub ?? '', scopes: scopesOf(payload['scope']) },
      expiresAt: (payload.exp ?? 0) * 1_000,
    };
    verified.set(token, identity);
    return identity;
  };
}

/** What is wrong with a token; undefined when it is not the token that is wrong. */
function aboutToken(error: unknown): AppError | undefined {
  if (error instanceof errors.JWTExpired) return refused('The token has expired');
  const ours = !(error instanceof errors.JOSEError) || error instanceof errors.JWKSTimeout;
  return ours || error.code === 'ERR_JOSE_GENERIC' ? undefined : refused('The token is not valid here');
}

const scopesOf = (claim: unknown): ReadonlySet<string> =>
  new Set(typeof claim === 'string' ? claim.split(' ').filter(Boolean) : []);
