import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRouterConfig } from '../config.ts';
import { type DemoRouter, demoRouter } from '../testing/demo-router.ts';

const shop = 'https://shop.example.com';
const query = { query: '{ __typename }' };

describe('with origins allowed', () => {
  let router: DemoRouter;
  beforeAll(async () => {
    router = await demoRouter({ corsOrigins: [shop], forwardHeaders: ['x-tenant'] });
  });
  afterAll(() => router.stop());

  const preflight = (origin: string) =>
    fetch(`${router.url}/graphql`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    });

  it('answers the preflight of such a page, for a while', async () => {
    const { status, headers } = await preflight(shop);
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(shop);
    expect(headers.get('access-control-allow-methods')).toBe('GET, POST');
    expect(headers.get('access-control-allow-headers')?.split(', ')).toEqual(
      expect.arrayContaining(['content-type', 'authorization', 'apollo-require-preflight', 'x-tenant']),
    );
    expect(headers.get('access-control-max-age')).toBe('7200');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
  });

  it('lets it read answers, errors and streams', async () => {
    for (const init of [
      { body: JSON.stringify(query) },
      { body: '{' },
      { body: JSON.stringify(query), accept: 'text/event-stream' },
    ]) {
      const headers = { origin: shop, 'content-type': 'application/json', accept: init.accept ?? '*/*' };
      const answer = await fetch(`${router.url}/graphql`, { method: 'POST', headers, body: init.body });
      expect(answer.headers.get('access-control-allow-origin')).toBe(shop);
      expect(answer.headers.get('access-control-expose-headers')).toBe('x-correlation-id');
      expect(answer.headers.get('vary')).toContain('origin');
      await answer.body?.cancel();
    }
  });

  it.each([
    'https://evil.example.com',
    'https://shop.example.com.evil.com',
    'http://shop.example.com',
    'null',
  ])('says nothing of %s, but that the answer depends on it', async (origin) => {
    for (const answer of [await preflight(origin), await router.post(query, { origin })]) {
      expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(answer.headers.get('vary')).toContain('origin');
    }
  });

  it('is for the API only', async () => {
    const { headers } = await fetch(`${router.url}/metrics`, { headers: { origin: shop } });
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

it('allows no origin unless told to', async () => {
  const router = await demoRouter();
  const { headers } = await router.post(query, { origin: shop });
  expect(headers.get('access-control-allow-origin')).toBeNull();
  await router.stop();
});

it.each([
  '*',
  'shop.example.com',
  'https://shop.example.com/',
  'https://shop.example.com:443',
  'ftp://a',
  'null',
])('refuses %s as an origin in the settings', (CORS_ORIGINS) => {
  expect(() => readRouterConfig({}, { CORS_ORIGINS })).toThrow('CORS_ORIGINS');
});

it('reads origins from the settings', () => {
  const { corsOrigins } = readRouterConfig({}, { CORS_ORIGINS: `${shop}, http://localhost:3000` });
  expect(corsOrigins).toEqual([shop, 'http://localhost:3000']);
});
