import { expect, test } from 'vitest';
import { maySeeContacts, tidyName, whyNotAvatar, whyNotName } from './user.rules.ts';

const ada = { id: 'user_ada', scopes: new Set<string>() };

test('contacts are for oneself and for those who hold the scope', () => {
  expect(maySeeContacts(ada, { id: 'user_ada' })).toBe(true);
  expect(maySeeContacts(ada, { id: 'user_bob' })).toBe(false);
  expect(maySeeContacts(null, { id: 'user_bob' })).toBe(false);
  expect(maySeeContacts({ ...ada, scopes: new Set(['user:pii']) }, { id: 'user_bob' })).toBe(true);
});

test('names are kept composed and without spare space', () => {
  expect(tidyName('  Zoe\u0308 \t  Keller ')).toBe('Zoë Keller');
});

test('a name has 1 to 80 characters that can be seen', () => {
  expect(whyNotName('Zoë Keller')).toBeNull();
  expect(whyNotName('👩\u200d🚀')).toBeNull();
  expect(whyNotName('😀'.repeat(80))).toBeNull();
  for (const name of ['', 'x'.repeat(81), 'a\u202Eb', 'a\u0000b', '\u200d'])
    expect(whyNotName(name)).toMatchObject({ code: 'INVALID', path: ['displayName'] });
});

test('a picture comes by https', () => {
  expect(whyNotAvatar('https://example.org/a.png')).toBeNull();
  for (const url of ['http://example.org/a.png', 'javascript:alert(1)', `https://${'x'.repeat(2_048)}`])
    expect(whyNotAvatar(url)).toMatchObject({ path: ['avatarUrl'] });
});
