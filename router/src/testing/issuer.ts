import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** An issuer of tokens, with the scope `stock:read` where none is given, whose keys are in a file. */
export async function testIssuer() {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const folder = await mkdtemp(join(tmpdir(), 'issuer-'));
  const jwks = join(folder, 'jwks.json');
  await writeFile(
    jwks,
    JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' }] }),
  );
  return {
    auth: { jwks, issuer: undefined, audience: undefined },
    /** The value of an `Authorization` header. */
    async bearer(subject: string, seconds = 600, scope = 'stock:read'): Promise<string> {
      const token = new SignJWT({ scope })
        .setProtectedHeader({ alg: 'ES256', kid: 'k' })
        .setSubject(subject)
        .setExpirationTime(Math.ceil(Date.now() / 1_000) + seconds);
      return `Bearer ${await token.sign(privateKey)}`;
    },
    remove: () => rm(folder, { recursive: true }),
  };
}
