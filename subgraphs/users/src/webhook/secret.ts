import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Keeps the secrets of endpoints unreadable in the database. */
export type SecretBox = {
  /** `owner` is bound in: what is sealed for one endpoint cannot be opened as another's. */
  seal(secret: string, owner: string): Buffer<ArrayBuffer>;
  /** @throws when it was sealed with another key, for another owner, or altered */
  open(sealed: Uint8Array, owner: string): string;
};

const algorithm = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;
const format = 1;

/** A new signing secret as Standard Webhooks writes it: `whsec_` and 32 random bytes. */
export const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/** AES-256-GCM with a key derived from `key`, which is a text of 32 characters or more. */
export function secretBox(key: string): SecretBox {
  const derived = Buffer.from(hkdfSync('sha256', key, '', 'meridian webhook secrets', 32));
  return {
    seal(secret, owner) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv(algorithm, derived, iv).setAAD(Buffer.from(owner));
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.of(format), iv, cipher.getAuthTag(), text]);
    },
    open(sealed, owner) {
      const bytes = Buffer.from(sealed);
      if (bytes[0] !== format) throw new Error('This secret is sealed in a way that is not known here');
      const iv = bytes.subarray(1, 1 + ivBytes);
      const tag = bytes.subarray(1 + ivBytes, 1 + ivBytes + tagBytes);
      const decipher = createDecipheriv(algorithm, derived, iv, { authTagLength: tagBytes });
      decipher.setAAD(Buffer.from(owner)).setAuthTag(tag);
      const text = bytes.subarray(1 + ivBytes + tagBytes);
      return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
    },
  };
}
