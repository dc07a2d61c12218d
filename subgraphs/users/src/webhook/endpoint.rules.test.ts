import { expect, test } from 'vitest';
import { whyNotTypes, whyNotUrl } from './endpoint.rules.ts';

const strict = { allowHttp: false, allowPrivate: false };
const refused = (url: string, policy = strict) => whyNotUrl(new URL(url).href, policy)?.path?.[0] === 'url';

test('https to the public internet, on any port', () => {
  for (const url of [
    'https://example.org/hook?a=1',
    'https://example.org:8443/',
    'https://8.8.8.8/',
    'https://[2606:4700::1111]/',
  ])
    expect(refused(url), url).toBe(false);
});

test('what can never do is refused, however it is written', () => {
  for (const url of [
    ...[
      'http://example.org/',
      'ftp://example.org/',
      'https://me:secret@example.org/',
      'https://example.org/#top',
    ],
    ...[
      'https://localhost/',
      'https://localhost./',
      'https://db.internal/',
      'https://printer.local/',
      'https://intranet/',
    ],
    ...[
      'https://127.0.0.1/',
      'https://2130706433/',
      'https://0x7f.1/',
      'https://0177.0.0.1/',
      'https://127.1/',
    ],
    ...[
      'https://[::1]/',
      'https://[::ffff:127.0.0.1]/',
      'https://[64:ff9b::7f00:1]/',
      'https://169.254.169.254/',
    ],
    `https://example.org/${'x'.repeat(2_048)}`,
  ])
    expect(refused(url), url).toBe(true);
  expect(whyNotUrl('not a URL', strict)).toMatchObject({ code: 'INVALID' });
});

test('operators may allow http, and addresses inside', () => {
  expect(refused('http://example.org/', { allowHttp: true, allowPrivate: false })).toBe(false);
  expect(refused('http://localhost:1234/', { allowHttp: true, allowPrivate: true })).toBe(false);
  expect(refused('https://10.0.0.1/', { allowHttp: false, allowPrivate: true })).toBe(false);
  expect(refused('http://10.0.0.1/', { allowHttp: false, allowPrivate: true })).toBe(true);
  expect(refused('https://a:b@10.0.0.1/', { allowHttp: true, allowPrivate: true })).toBe(true);
});

test('types of events that exist', () => {
  expect(whyNotTypes([])).toBeNull();
  expect(whyNotTypes(['order.placed.v1', 'price.changed.v1'])).toBeNull();
  expect(whyNotTypes(['order.placed.v1', 'user.updated.v1'])).toMatchObject({ path: ['types'] });
});
