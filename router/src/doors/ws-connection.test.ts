import { once } from 'node:events';
import { connect } from 'node:net';
import { eventually } from '@meridian/testkit/eventually';
import { describe, expect, it } from 'vitest';
import { bareSocket, collect } from '../testing/bare-socket.ts';
import { demoRouter } from '../testing/demo-router.ts';
import { patientConfig } from '../testing/patient-config.ts';
import { useDemoRouter } from '../testing/use-demo-router.ts';

const webSocket = { ...patientConfig.webSocket, maxMessageBytes: 5_000 };
const { router, bearer } = await useDemoRouter({ webSocket, forwardHeaders: ['x-tenant'] });

const stockChanged = {
  query: 'subscription ($id: ID) { stockChanged(id: $id) { stock name askedBy } }',
  variables: { id: '1' },
};

describe('a connection', () => {
  it('is refused an operation before it was acknowledged', async () => {
    const { send, closed } = await bareSocket(router.url);
    send({ id: '1', type: 'subscribe', payload: { query: '{ __typename }' } });
    expect(await closed).toBe(4401);
  });

  it('is closed when it does not say who it is in time', async () => {
    const impatient = await demoRouter({ webSocket: { ...webSocket, initTimeoutMs: 50 } });
    expect(await (await bareSocket(impatient.url)).closed).toBe(4408);
    await impatient.stop();
  });

  it('is closed when its token is not valid', async () => {
    const { send, closed } = await bareSocket(router.url);
    send({ type: 'connection_init', payload: { authorization: 'Bearer a.b.c' } });
    expect(await closed).toBe(4403);
  });

  it('may bring its token with the upgrade request', async () => {
    const { send, messages, socket } = await bareSocket(router.url, {
      headers: {
        authorization: await bearer('user_ada'),
      },
    });
    send({ type: 'connection_init' });
    await eventually(() => expect(messages).toHaveLength(1));
    send({ id: '1', type: 'subscribe', payload: { query: '{ caller }' } });
    await eventually(() =>
      expect(messages[1]).toMatchObject({ payload: { data: { caller: 'user_ada stock:read' } } }),
    );
    expect(Object.keys(router.calls.at(-1)!.headers).sort()).toEqual([
      'traceparent',
      'x-correlation-id',
      'x-deadline',
      'x-meridian-viewer',
    ]);
    socket.close();
  });

  it('may bring a token with an operation, as GraphiQL does', async () => {
    const client = router.socket();
    const ask = async (authorization: string) =>
      collect(
        client.iterate({ query: '{ caller }', extensions: { headers: { Authorization: authorization } } }),
      );
    expect(await ask(await bearer('user_ada'))).toEqual([{ data: { caller: 'user_ada stock:read' } }]);
    await expect(ask('Bearer a.b.c')).rejects.toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(await collect(client.iterate({ query: '{ caller }' }))).toEqual([
      { data: { caller: 'anonymous' } },
    ]);
    await client.dispose();
  });

  it('cannot make itself a viewer', async () => {
    const client = router.socket({
      'x-meridian-viewer': 'forged',
      'x-tenant': 'a\r\nx-meridian-viewer: forged',
    });
    expect(await collect(client.iterate({ query: '{ caller }' }))).toEqual([
      { data: { caller: 'anonymous' } },
    ]);
    expect(Object.keys(router.calls.at(-1)!.headers).sort()).toEqual([
      'traceparent',
      'x-correlation-id',
      'x-deadline',
    ]);
    await client.dispose();
  });

  it('ends with its token', async () => {
    const { send, closed } = await bareSocket(router.url);
    send({ type: 'connection_init', payload: { authorization: await bearer('user_ada', 0) } });
    expect(await closed).toBe(4403);
  });

  it('ends with a token that an operation brought', async () => {
    const { send, closed, messages } = await bareSocket(router.url);
    send({ type: 'connection_init', payload: { authorization: await bearer('user_ada') } });
    await eventually(() => expect(messages).toHaveLength(1));
    const extensions = { headers: { authorization: await bearer('user_bob', 0) } };
    send({ id: '1', type: 'subscribe', payload: { ...stockChanged, extensions } });
    expect(await closed).toBe(4403);
  });

  it.each([
    ['that is not JSON', 'nonsense', 4400],
    ['of an unknown type', '{"type":"hello"}', 4400],
    ['that is too long', `{"type":"ping","payload":{"x":"${'x'.repeat(6_000)}"}}`, 1009],
  ])('is closed for a message %s', async (_what, message, code) => {
    const { socket, closed } = await bareSocket(router.url);
    socket.send(message);
    expect(await closed).toBe(code);
  });

  it('is closed when it initialises twice, or uses an id twice', async () => {
    const twice = await bareSocket(router.url);
    twice.send({ type: 'connection_init' });
    twice.send({ type: 'connection_init' });
    expect(await twice.closed).toBe(4429);
    const same = await bareSocket(router.url);
    same.send({ type: 'connection_init' });
    await eventually(() => expect(same.messages).toHaveLength(1));
    for (let n = 0; n < 2; n++) same.send({ id: '__proto__', type: 'subscribe', payload: stockChanged });
    expect(await same.closed).toBe(4409);
  });

  it('is served at /graphql and nowhere else, in this protocol and no other', async () => {
    await expect(bareSocket(router.url, { path: '/elsewhere' })).rejects.toThrow('404');
    await expect(bareSocket(router.url, { protocol: 'graphql-ws' })).rejects.toThrow();
  });
});

it('leaves a client that no longer answers pings', async () => {
  const impatient = await demoRouter({ webSocket: { ...webSocket, keepAliveMs: 20 } });
  const { port, host } = new URL(impatient.url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(
    [
      'GET /graphql HTTP/1.1',
      `Host: ${host}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Protocol: graphql-transport-ws',
      '\r\n',
    ].join('\r\n'),
  );
  socket.resume();
  await once(socket, 'close');
  await impatient.stop();
});

it('tells clients that it goes away', async () => {
  const leaving = await demoRouter();
  const client = leaving.socket();
  const lost = client
    .iterate(stockChanged)
    .next()
    .catch((event: unknown) => event);
  await eventually(() => expect(leaving.listeners.size).toBe(1));
  await leaving.stop();
  expect(await lost).toMatchObject({ code: 1001 });
  expect(leaving.listeners.size).toBe(0);
});
