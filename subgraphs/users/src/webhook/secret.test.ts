import { expect, test } from 'vitest';
import { newSecret, secretBox } from './secret.ts';

const box = secretBox('a key for tests, of 32 characters or more');

test('a secret is opened with the key, and for the endpoint, that it was sealed with', () => {
  const secret = newSecret();
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  const sealed = box.seal(secret, 'webhook_a');
  expect(box.open(sealed, 'webhook_a')).toBe(secret);
  expect(box.seal(secret, 'webhook_a')).not.toEqual(sealed);
  expect(sealed.toString('latin1')).not.toContain(secret.slice(6, 20));
  expect(() => box.open(sealed, 'webhook_b')).toThrow();
  expect(() => secretBox('another key for tests, of 32 characters').open(sealed, 'webhook_a')).toThrow();
});

test('a sealed secret that was altered is not opened', () => {
  const sealed = box.seal(newSecret(), 'webhook_a');
  for (const at of [0, 1, 14, 29, sealed.length - 1]) {
    const altered = Buffer.from(sealed);
    altered.writeUInt8(altered.readUInt8(at) ^ 1, at);
    expect(() => box.open(altered, 'webhook_a'), `byte ${at}`).toThrow();
  }
});
