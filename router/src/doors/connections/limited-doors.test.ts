import { eventually } from '@meridian/testkit/eventually';
import { afterEach, describe, expect, it } from 'vitest';
import type { RouterConfig } from '../../config.ts';
import { bareSocket } from '../../testing/bare-socket.ts';
import { type DemoRouter, demoRouter } from '../../testing/demo-router.ts';
import { testIssuer } from '../../testing/issuer.ts';
import { multipart, openStream, sse } from '../../testing/open-stream.ts';
import { patientConfig } from '../../testing/patient-config.ts';

let router: DemoRouter;
afterEach(() => router.stop());

const start = async (
  connections: Partial<RouterConfig['connections']>,
  rest: Partial<RouterConfig> = {},
): Promise<void> => {
  router = await demoRouter({
    ...rest,
    connections: { ...patientConfig.connections, ...connections },
  });
};
const stockChanged = { query: 'subscription { stockChanged(id: "1") { stock } }' };
const stream = (accept: string, headers: Record<string, string> = {}) =>
  openStream(router.url, stockChanged, { accept, headers });
const metrics = async () => (await fetch(`${router.url}/metrics`)).text();
const refused = (why: string, times: number) =>
  `meridian_stream_connections_refused_total{why="${why}",program="router"} ${times}`;

describe('connections that stream', () => {
  it('are counted together, whatever door they came in by, and their places given back', async () => {
    await start({ most: 3 });
    const socket = await bareSocket(router.url);
    const open = [await stream(sse), await stream(multipart)];
    expect(await metrics()).toContain('meridian_stream_connections{door="multipart",program="router"} 1');
    await expect(bareSocket(router.url)).rejects.toThrow('503');
    for (const accept of [sse, multipart]) {
      const { response, text, ended } = await stream(accept);
      await ended;
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('10');
      expect(JSON.parse(text())).toMatchObject({
        errors: [{ extensions: { code: 'TOO_MANY_CONNECTIONS' } }],
      });
    }
    expect(await metrics()).toContain(refused('total', 3));
    expect((await router.post({ query: '{ __typename }' })).status).toBe(200);

    socket.socket.close();
    for (const each of open) each.close();
    await eventually(async () =>
      expect(await metrics()).not.toMatch(/meridian_stream_connections\{.*\} [1-9]/),
    );
    (await eventually(() => bareSocket(router.url))).socket.terminate();
  });

  it('are limited for one address', async () => {
    await start({ mostPerAddress: 1 });
    const first = await stream(sse);
    await expect(bareSocket(router.url)).rejects.toThrow('429');
    expect((await stream(multipart)).response.status).toBe(429);
    expect(await metrics()).toContain(refused('address', 2));
    first.close();
  });

  it('are counted for the address that a trusted proxy names', async () => {
    await start({ mostPerAddress: 1, trustedProxies: ['127.0.0.1'] });
    const from = (address: string) => stream(sse, { 'x-forwarded-for': address });
    const open = [await from('198.51.100.1'), await from('198.51.100.2'), await from('2001:db8::1')];
    expect(open.map(({ response }) => response.status)).toEqual([200, 200, 200]);
    expect((await from('198.51.100.1')).response.status).toBe(429);
    expect((await from('2001:db8::2')).response.status).toBe(429);
    const headers = { 'x-forwarded-for': '198.51.100.2' };
    await expect(bareSocket(router.url, { headers })).rejects.toThrow('429');
    for (const each of open) each.close();
  });

  it('are counted for the address of the socket where no proxy is trusted', async () => {
    await start({ mostPerAddress: 1 });
    const first = await stream(sse, { 'x-forwarded-for': '198.51.100.1' });
    expect((await stream(sse, { 'x-forwarded-for': '198.51.100.2' })).response.status).toBe(429);
    first.close();
  });

  it('are limited for one viewer', async () => {
    const issuer = await testIssuer();
    await start({ mostPerViewer: 1 }, { auth: issuer.auth });
    const authorization = await issuer.bearer('user_ada');
    const init = { type: 'connection_init', payload: { authorization } };

    const signedIn = await bareSocket(router.url);
    signedIn.send(init);
    await eventually(() => expect(signedIn.messages).toHaveLength(1));
    const second = await bareSocket(router.url);
    second.send(init);
    expect(await second.closed).toBe(1013);
    expect((await stream(sse, { authorization })).response.status).toBe(429);
    expect(await metrics()).toContain(refused('viewer', 2));

    const others = [await stream(sse, { authorization: await issuer.bearer('user_bob') }), await stream(sse)];
    expect(others.map(({ response }) => response.status)).toEqual([200, 200]);
    signedIn.socket.close();
    await signedIn.closed;
    await eventually(async () => {
      const mine = await stream(multipart, { authorization });
      mine.close();
      return expect(mine.response.status).toBe(200);
    });
    for (const each of others) each.close();
    await issuer.remove();
  });

  it('that were refused their handshake hold no place', async () => {
    await start({ most: 1 });
    await expect(bareSocket(router.url, { protocol: 'graphql-ws' })).rejects.toThrow();
    (await eventually(() => bareSocket(router.url))).socket.terminate();
  });
});

it('a WebSocket on which nothing runs is closed; one with a subscription stays', async () => {
  await start({}, { webSocket: { ...patientConfig.webSocket, keepAliveMs: 3_000, idleTimeoutMs: 1 } });
  // So that the subscription below need not wait to be planned.
  (await stream(sse)).close();
  const busy = await bareSocket(router.url);
  busy.send({ type: 'connection_init' });
  await eventually(() => expect(busy.messages).toHaveLength(1));
  busy.send({ id: '1', type: 'subscribe', payload: stockChanged });
  await eventually(() => expect(router.listeners.size).toBe(1));
  const idle = await bareSocket(router.url);
  idle.send({ type: 'connection_init' });
  expect(await idle.closed).toBe(3008);
  router.publish('1', 1);
  await eventually(() => expect(busy.messages).toHaveLength(2));
  busy.send({ id: '1', type: 'complete' });
  expect(await busy.closed).toBe(3008);
});
