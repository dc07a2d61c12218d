import { SignJWT } from 'jose';
import { afterEach, expect, test, vi } from 'vitest';
import { viewerSigner, viewerVerifier } from './viewer-token.ts';

const secret = 's'.repeat(32);
const viewer = { id: 'user_1', scopes: new Set(['a', 'b']) };

afterEach(() => {
  vi.useRealTimers();
});

test('a viewer arrives as it was signed, and no token is nobody', async () => {
  const verify = viewerVerifier(secret);
  expect(await verify(await viewerSigner(secret)(viewer))).toEqual(viewer);
  expect(await verify(undefined)).toBeNull();
});

test('a token of another secret, another algorithm or an altered one is refused', async () => {
  const verify = viewerVerifier(secret);
  const token = await viewerSigner('t'.repeat(32))(viewer);
  await expect(verify(token)).rejects.toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });
  const [header, , signature] = (await viewerSigner(secret)(viewer)).split('.');
  const forged = Buffer.from(JSON.stringify({ sub: 'user_2', iss: 'meridian', exp: 9e9 })).toString(
    'base64url',
  );
  await expect(verify(`${header}.${forged}.${signature}`)).rejects.toThrow();
  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${forged}.`;
  await expect(verify(unsigned)).rejects.toThrow();
});

test('a token ends after a minute, also one that was verified before', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const verify = viewerVerifier(secret);
  const token = await viewerSigner(secret)(viewer);
  expect(await verify(token)).toEqual(viewer);
  vi.setSystemTime(Date.now() + 61_000);
  await expect(verify(token)).rejects.toThrow();
});

test('a token without an end is refused', async () => {
  const endless = await new SignJWT({ scope: 'a' })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('meridian')
    .setSubject('user_1')
    .sign(Buffer.from(secret));
  await expect(viewerVerifier(secret)(endless)).rejects.toThrow();
});
