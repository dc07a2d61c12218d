import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose';

/** The issuer's public keys, from an http(s) URL, a `file:` URL or a path. */
export function keySet(location: string): JWTVerifyGetKey {
  if (/^https?:/.test(location)) return createRemoteJWKSet(new URL(location), { timeoutDuration: 5_000 });
  return fileKeySet(location.startsWith('file:') ? fileURLToPath(location) : location);
}

/** A key set in a file, read again when a token names a key that it does not hold: keys rotate without a restart. */
function fileKeySet(path: string): JWTVerifyGetKey {
  const read = async () => createLocalJWKSet(JSON.parse(await readFile(path, 'utf8')) as JSONWebKeySet);
  let known: ReturnType<typeof read> | undefined;
  let readAt = 0;
  const again = () => {
    readAt = Date.now();
    known = read();
    known.catch(() => {
      known = undefined;
    });
    return known;
  };

  return async (header, token) => {
    const keys = await (known ?? again());
    try {
      return await keys(header, token);
    } catch (error) {
      // Once a second at most: else made-up key ids would make the router read the disk all day.
      if (!(error instanceof errors.JWKSNoMatchingKey) || Date.now() - readAt < 1_000) throw error;
      return (await again())(header, token);
    }
  };
}
