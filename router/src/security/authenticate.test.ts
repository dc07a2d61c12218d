import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { authenticator } from './authenticate.ts';

const issuer = 'https://issuer.example';
const audience = 'meridian';

type Issued = {
  alg?: string;
  kid?: string;
  sub?: string | undefined;
  iss?: string;
  aud?: string;
  expiresIn?: number;
};
type Keys = Awaited<ReturnType<typeof generateKeyPair>>;

let folder: string;
let file: string;
let first: Keys;
let second: Keys;

const publish = async (keys: Record<string, Keys>) => {
  const jwks = await Promise.all(
    Object.entries(keys).map(async ([kid, { publicKey }]) => ({
      ...(await exportJWK(publicKey)),
      kid,
      alg: 'ES256',
    })),
  );
  await writeFile(file, JSON.stringify({ keys: jwks }));
  return { keys: jwks };
};

async function bearer(
  keys: Keys['privateKey'] | Uint8Array,
  { alg = 'ES256', kid = 'first', ...claims }: Issued = {},
) {
  const { sub = 'user_1', iss = issuer, aud = audience, expiresIn = 600 } = claims;
  const token = new SignJWT({ scope: 'orders:write  user:pii' })
    .setProtectedHeader({ alg, kid })
    .setIssuer(iss)
    .setAudience(aud)
    .setExpirationTime(Math.floor(Date.now() / 1_000) + expiresIn);
  if (!('sub' in claims && claims.sub === undefined)) token.setSubject(sub);
  return `Bearer ${await token.sign(keys)}`;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jwks-'));
  file = join(folder, 'jwks.json');
  first = await generateKeyPair('ES256');
  second = await generateKeyPair('ES256');
  await publish({ first });
});
afterAll(() => rm(folder, { recursive: true }));

const open = (jwks = file) => authenticator({ jwks, issuer, audience });
const unauthenticated = { extensions: { code: 'UNAUTHENTICATED' } };

describe('authenticator', () => {
  it('takes a signed token, from a file given as a path or as a URL', async () => {
    for (const jwks of [file, pathToFileURL(file).href]) {
      const identity = await open(jwks)(await bearer(first.privateKey));
      expect(identity?.viewer).toEqual({ id: 'user_1', scopes: new Set(['orders:write', 'user:pii']) });
      expect(identity?.expiresAt).toBeGreaterThan(Date.now());
    }
  });

  it('takes nobody for anonymous', async () => {
    expect(await open()(undefined)).toBeNull();
  });

  it('takes a token of an issuer that publishes its keys over HTTP', async () => {
    const keys = await publish({ first });
    const server = createServer((_request, response) => response.end(JSON.stringify(keys)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const identity = await open(`http://127.0.0.1:${port}/jwks`)(await bearer(first.privateKey));
    server.close();
    server.closeAllConnections();
    expect(identity?.viewer.id).toBe('user_1');
  });

  it.each([
    ['that has expired', { expiresIn: -60 }, 'The token has expired'],
    ['of another issuer', { iss: 'https://evil.example' }, 'The token is not valid here'],
    ['for somebody else', { aud: 'another' }, 'The token is not valid here'],
    ['without a subject', { sub: undefined }, 'The token is not valid here'],
    ['with a key that nobody knows', { kid: 'unknown' }, 'The token is not valid here'],
  ] as [string, Issued, string][])('refuses a token %s', async (_what, issued, message) => {
    await expect(open()(await bearer(first.privateKey, issued))).rejects.toMatchObject({
      ...unauthenticated,
      message,
    });
  });

  it('refuses a token signed by another key, by a shared secret or by none', async () => {
    const authenticate = open();
    const { x } = await exportJWK(first.publicKey);
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify({ sub: 'user_1', iss: issuer, aud: audience, exp: 9e9 })).toString('base64url')}.`;
    for (const authorization of [
      await bearer(second.privateKey),
      await bearer(new TextEncoder().encode(x), { alg: 'HS256' }),
      `Bearer ${unsigned}`,
      'Bearer nonsense',
      'Basic dXNlcjpwYXNz',
    ])
      await expect(authenticate(authorization)).rejects.toMatchObject(unauthenticated);
  });

  it('reads the file again when a token names a new key', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const authenticate = open();
    await authenticate(await bearer(first.privateKey));
    await publish({ first, second });
    await expect(authenticate(await bearer(second.privateKey, { kid: 'second' }))).rejects.toMatchObject(
      unauthenticated,
    );
    vi.setSystemTime(Date.now() + 1_001);
    const identity = await authenticate(await bearer(second.privateKey, { kid: 'second' }));
    vi.useRealTimers();
    expect(identity?.viewer.id).toBe('user_1');
  });

  it('remembers a verified token, but not past its end', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const authenticate = open();
    const authorization = await bearer(first.privateKey, { expiresIn: 60 });
    const identity = await authenticate(authorization);
    expect(await authenticate(authorization)).toBe(identity);
    vi.setSystemTime(Date.now() + 66_000);
    await expect(authenticate(authorization)).rejects.toThrow('The token has expired');
    vi.useRealTimers();
  });

  it('refuses every token when it was told of no issuer', async () => {
    const authenticate = authenticator(undefined);
    expect(await authenticate(undefined)).toBeNull();
    await expect(authenticate(await bearer(first.privateKey))).rejects.toMatchObject(unauthenticated);
  });

  it('does not blame the token when the keys cannot be read', async () => {
    const server = createServer((_request, response) => void response.writeHead(500).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    for (const jwks of [join(folder, 'missing.json'), `http://127.0.0.1:${port}/`, 'http://127.0.0.1:1/']) {
      const refusal = open(jwks)(await bearer(first.privateKey));
      await expect(refusal).rejects.toThrow('The keys that sign tokens cannot be read');
    }
    server.closeAllConnections();
    server.close();
  });
});
