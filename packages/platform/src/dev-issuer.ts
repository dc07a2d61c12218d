import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import type { DataFolder } from './data-folder.ts';

/**
 * Issues tokens for development, signed with a key that never leaves the data folder. The router verifies them by the
 * key set beside it, exactly as it would those of any other issuer.
 */
export type DevIssuer = {
  /** What the router needs to trust this issuer. */
  trust: { jwks: string; issuer: string; audience: string };
  token(identity: TokenIdentity): Promise<string>;
};

export type TokenIdentity = { subject: string; scopes: readonly string[]; expiresIn?: string };

const issuer = 'https://dev.meridian.invalid';
const audience = 'meridian';
const algorithm = 'ES256';

export async function openDevIssuer(data: DataFolder): Promise<DevIssuer> {
  const privateJwk: JWK = JSON.parse(await data.secret('keys/dev-signing.jwk', newKey));
  const { d: _private, ...publicJwk } = privateJwk;
  const jwks = path.join(data.path, 'keys', 'jwks.json');
  await writeFile(jwks, JSON.stringify({ keys: [publicJwk] }));
  const key = await importJWK(privateJwk, algorithm);

  return {
    trust: { jwks, issuer, audience },
    token: ({ subject, scopes, expiresIn = '12h' }) =>
      new SignJWT({ scope: scopes.join(' ') })
        .setProtectedHeader({ alg: algorithm, kid: String(privateJwk.kid) })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(subject)
        .setIssuedAt()
        .setExpirationTime(expiresIn)
        .sign(key),
  };
}

async function newKey(): Promise<string> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  return JSON.stringify({
    ...(await exportJWK(privateKey)),
    kid: `dev-${Date.now().toString(36)}`,
    alg: algorithm,
    use: 'sig',
  });
}
