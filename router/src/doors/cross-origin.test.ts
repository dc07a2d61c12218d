import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRouterConfig } from '../config.ts';
import { bareSocket } from '../testing/bare-socket.ts';
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

  it('lets it open a WebSocket, as it does a page of the API itself and a program', async () => {
    const { host } = new URL(router.url);
    for (const headers of [
      { origin: shop },
      { origin: router.url },
      // Behind a proxy that ends TLS, and one that says another host.
      { origin: `https://${host}` },
      { origin: 'https://api.example.com', host: 'api.example.com:443' },
      { origin: 'https://api.example.com', 'sec-fetch-site': 'same-origin' },
      {},
    ] as Record<string, string>[]) {
      const { socket } = await bareSocket(router.url, { headers });
      socket.terminate();
    }
  });

  it.each([
    'https://evil.example.com',
    'https://shop.example.com.evil.com',
    'http://shop.example.com',
    'http://127.0.0.1:1',
    'null',
    'nonsense',
  ])('lets no page of %s open a WebSocket', async (origin) => {
    for (const site of ['cross-site', 'same-site'])
      await expect(bareSocket(router.url, { headers: { origin, 'sec-fetch-site': site } })).rejects.toThrow(
        '403',
      );
  });

  it('says why, and counts it', async () => {
    const { port, hostname } = new URL(router.url);
    const upgrade = request({
      ...{ host: hostname, port, path: '/graphql' },
      headers: {
        ...{ connection: 'upgrade', upgrade: 'websocket', origin: 'https://evil.example.com' },
        ...{ 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' },
      },
    }).end();
    const [answer] = (await once(upgrade, 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(403);
    expect(await text(answer)).toContain('CORS_ORIGINS');
    await once(answer.socket, 'close');
    const metrics = await (await fetch(`${router.url}/metrics`)).text();
    expect(metrics).toMatch(
      /meridian_stream_connections_refused_total\{why="origin",program="router"\} [1-9]/,
    );
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
  await expect(bareSocket(router.url, { headers: { origin: shop } })).rejects.toThrow('403');
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
