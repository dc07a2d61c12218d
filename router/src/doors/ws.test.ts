import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { routerDefaults } from '../config.ts';
import { type DemoRouter, demoRouter } from '../testing/demo-router.ts';

const { publicKey, privateKey } = await generateKeyPair('ES256');
const folder = await mkdtemp(join(tmpdir(), 'ws-'));
const jwks = join(folder, 'jwks.json');
await writeFile(
  jwks,
  JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' }] }),
);
const bearer = async (sub: string, seconds = 600) =>
  `Bearer ${await new SignJWT({ scope: 'stock:read' })
    .setProtectedHeader({ alg: 'ES256', kid: 'k' })
    .setSubject(sub)
    .setExpirationTime(Math.ceil(Date.now() / 1_000) + seconds)
    .sign(privateKey)}`;

let router: DemoRouter;
const limits = {
  ...routerDefaults.webSocket,
  initTimeoutMs: 150,
  maxOperations: 3,
  maxMessageBytes: 5_000,
  maxQueuedEvents: 30,
};
beforeAll(async () => {
  router = await demoRouter({
    auth: { jwks, issuer: undefined, audience: undefined },
    webSocket: limits,
    forwardHeaders: ['x-tenant'],
  });
});
afterEach(() => vi.waitFor(() => expect(router.listeners.size).toBe(0)));
afterAll(async () => {
  await router.stop();
  await rm(folder, { recursive: true });
});

const stockChanged = {
  query: 'subscription ($id: ID) { stockChanged(id: $id) { stock name askedBy } }',
  variables: { id: '1' },
};

/** A socket without a protocol library, to say what no library would. */
async function bare(path = '/graphql', protocol = 'graphql-transport-ws', headers = {}) {
  const socket = new WebSocket(router.url.replace('http', 'ws') + path, protocol, { headers });
  await once(socket, 'open');
  const messages: unknown[] = [];
  socket.on('message', (data) => messages.push(JSON.parse(String(data))));
  const closed = once(socket, 'close').then(([code]) => code as number);
  return { socket, messages, closed, send: (message: unknown) => socket.send(JSON.stringify(message)) };
}

describe('operations over a WebSocket', () => {
  it('queries and mutations answer once', async () => {
    const client = router.socket();
    const answers: unknown[] = [];
    for (const query of ['{ item(id: "2") { name } }', 'mutation { restock(id: "2", by: 0) { stock } }'])
      for await (const answer of client.iterate({ query })) answers.push(answer);
    expect(answers).toEqual([{ data: { item: { name: 'Item 2' } } }, { data: { restock: { stock: 20 } } }]);
    await client.dispose();
  });

  it('subscriptions join every event across subgraphs, in the order of the events', async () => {
    const client = router.socket();
    const events = client.iterate(stockChanged);
    const first = events.next();
    await vi.waitFor(() => expect(router.listeners.size).toBe(1));
    for (let level = 1; level <= 20; level++) router.publish('1', level);
    const frames = [await first];
    while (frames.length < 20) frames.push(await events.next());
    expect(frames.map(({ value }) => value)).toEqual(
      Array.from({ length: 20 }, (_, index) => ({
        data: { stockChanged: { stock: index + 1, name: 'Item 1', askedBy: 'anonymous' } },
      })),
    );
    await events.return?.();
    await vi.waitFor(() => expect(router.listeners.size).toBe(0));
    await client.dispose();
  });

  it('are one line in the log each', async () => {
    const client = router.socket();
    const events = client.iterate({ query: 'subscription Watched { stockChanged(id: "1") { stock } }' });
    const first = events.next();
    await vi.waitFor(() => expect(router.listeners.size).toBe(1));
    router.publish('1', 5);
    await first;
    await events.return?.();
    await vi.waitFor(() =>
      expect(router.lines.filter(({ operationName }) => operationName === 'Watched')).toMatchObject([
        {
          msg: 'operation',
          door: 'websocket',
          kind: 'subscription',
          events: 1,
          errors: 0,
          outcome: 'ok',
          correlationId: expect.any(String),
        },
      ]),
    );
    await client.dispose();
  });

  it('that are not valid get an error frame', async () => {
    const client = router.socket();
    for (const [payload, code] of [
      [{ query: '{' }, 'GRAPHQL_PARSE_FAILED'],
      [{ query: 'subscription { nothing }' }, 'GRAPHQL_VALIDATION_FAILED'],
      [{ query: 'subscription ($id: ID!) { stockChanged(id: $id) { id } }' }, 'BAD_USER_INPUT'],
    ] as const)
      await expect(client.iterate(payload).next()).rejects.toMatchObject([{ extensions: { code } }]);
    await client.dispose();
  });

  it('that a subgraph refuses say so', async () => {
    const client = router.socket();
    const [frame] = await collect(client.iterate({ query: 'subscription { refused { id } }' }));
    expect(frame).toMatchObject({
      errors: [{ message: 'not for you', extensions: { code: 'FORBIDDEN' } }],
    });
    await client.dispose();
  });

  it('are limited in number on one connection', async () => {
    const client = router.socket();
    const open = Array.from({ length: limits.maxOperations }, () => client.iterate(stockChanged));
    const waiting = open.map((events) => events.next());
    await vi.waitFor(() => expect(router.listeners.size).toBe(1));
    await expect(client.iterate(stockChanged).next()).rejects.toMatchObject([
      { extensions: { code: 'TOO_MANY_OPERATIONS' } },
    ]);
    await Promise.all(open.map((events) => events.return?.()));
    await Promise.all(waiting);
    await client.dispose();
  });
});

describe('a stream from a subgraph', () => {
  const start = async (client: ReturnType<DemoRouter['socket']>, listeners: number) => {
    const events = client.iterate(stockChanged);
    const first = events.next();
    await vi.waitFor(() => expect(router.listeners.size).toBe(listeners));
    return { first, events };
  };

  it('is shared by the sockets of one viewer, and by nobody else', async () => {
    const clients = [
      router.socket({ authorization: await bearer('user_ada') }),
      router.socket({ Authorization: await bearer('user_ada') }),
      router.socket({ authorization: await bearer('user_bob') }),
      router.socket(),
      router.socket({ 'X-Tenant': 'acme' }),
    ];
    const [ada, ada2, bob, nobody, tenant] = [
      await start(clients[0]!, 1),
      await start(clients[1]!, 1),
      await start(clients[2]!, 2),
      await start(clients[3]!, 3),
      await start(clients[4]!, 4),
    ];
    // The second socket of Ada shows up nowhere but in the count of subscriptions.
    await vi.waitFor(async () =>
      expect(await (await fetch(`${router.url}/metrics`)).text()).toContain(
        'meridian_subscriptions{program="router"} 5',
      ),
    );
    router.publish('1', 1);
    const askedBy = await Promise.all(
      [ada, ada2, bob, nobody, tenant].map(async ({ first }) => (await first).value?.data?.['stockChanged']),
    );
    expect(askedBy).toMatchObject(
      ['user_ada stock:read', 'user_ada stock:read', 'user_bob stock:read', 'anonymous', 'anonymous'].map(
        (who) => ({ askedBy: who }),
      ),
    );
    for (const { events } of [ada, ada2, bob, nobody, tenant]) await events.return?.();
    await Promise.all(clients.map((client) => client.dispose()));
  });

  it('comes again when it is lost, and the client hears nothing of it', async () => {
    const client = router.socket();
    const { first, events } = await start(client, 1);
    router.drop();
    await vi.waitFor(() => expect(router.listeners.size).toBe(1));
    router.publish('1', 42);
    expect(await first).toMatchObject({ value: { data: { stockChanged: { stock: 42 } } } });
    await events.return?.();
    await client.dispose();
  });

  it('that runs ahead of a client who does not read closes that subscription, and holds up no other', async () => {
    const client = router.socket();
    const { first, events } = await start(client, 1);
    const slow = await bare();
    slow.send({ type: 'connection_init' });
    await vi.waitFor(() => expect(slow.messages).toEqual([{ type: 'connection_ack' }]));
    slow.socket.pause();
    const query = 'subscription { stockChanged(id: "1") { stock padding(length: 500000) } }';
    slow.send({ id: 'slow', type: 'subscribe', payload: { query } });
    await vi.waitFor(() => expect(router.listeners.size).toBe(2));

    let received = first;
    for (let level = 1; level <= 60; level++) {
      router.publish('1', level);
      expect(await received).toMatchObject({ value: { data: { stockChanged: { stock: level } } } });
      received = events.next();
    }
    await vi.waitFor(() => expect(router.listeners.size).toBe(1));
    slow.socket.resume();
    await vi.waitFor(() =>
      expect(slow.messages.slice(-1)).toMatchObject([
        { id: 'slow', type: 'error', payload: [{ extensions: { code: 'SLOW_CONSUMER' } }] },
      ]),
    );
    expect(slow.socket.readyState).toBe(WebSocket.OPEN);
    slow.socket.terminate();
    await events.return?.();
    await client.dispose();
  });
});

describe('a connection', () => {
  it('is refused an operation before it was acknowledged', async () => {
    const { send, closed } = await bare();
    send({ id: '1', type: 'subscribe', payload: { query: '{ __typename }' } });
    expect(await closed).toBe(4401);
  });

  it('is closed when it does not say who it is in time', async () => {
    expect(await (await bare()).closed).toBe(4408);
  });

  it('is closed when its token is not valid', async () => {
    const { send, closed } = await bare();
    send({ type: 'connection_init', payload: { authorization: 'Bearer a.b.c' } });
    expect(await closed).toBe(4403);
  });

  it('may bring its token with the upgrade request', async () => {
    const { send, messages, socket } = await bare(undefined, undefined, {
      authorization: await bearer('user_ada'),
    });
    send({ type: 'connection_init' });
    await vi.waitFor(() => expect(messages).toHaveLength(1));
    send({ id: '1', type: 'subscribe', payload: { query: '{ caller }' } });
    await vi.waitFor(() =>
      expect(messages[1]).toMatchObject({ payload: { data: { caller: 'user_ada stock:read' } } }),
    );
    socket.close();
  });

  it('cannot make itself a viewer', async () => {
    const client = router.socket({
      'x-meridian-viewer': 'forged',
      'x-tenant': 'a\r\nx-meridian-viewer: forged',
    });
    expect(await collect(client.iterate({ query: '{ caller }' }))).toEqual([
      { data: { caller: 'anonymous' } },
    ]);
    expect(Object.keys(router.calls.at(-1)!.headers)).toEqual(['x-correlation-id']);
    await client.dispose();
  });

  it('ends with its token', async () => {
    const { send, closed } = await bare();
    send({ type: 'connection_init', payload: { authorization: await bearer('user_ada', 0) } });
    expect(await closed).toBe(4403);
  });

  it.each([
    ['that is not JSON', 'nonsense', 4400],
    ['of an unknown type', '{"type":"hello"}', 4400],
    ['that is too long', `{"type":"ping","payload":{"x":"${'x'.repeat(6_000)}"}}`, 1009],
  ])('is closed for a message %s', async (_what, message, code) => {
    const { socket, closed } = await bare();
    socket.send(message);
    expect(await closed).toBe(code);
  });

  it('is closed when it initialises twice, or uses an id twice', async () => {
    const twice = await bare();
    twice.send({ type: 'connection_init' });
    twice.send({ type: 'connection_init' });
    expect(await twice.closed).toBe(4429);
    const same = await bare();
    same.send({ type: 'connection_init' });
    await vi.waitFor(() => expect(same.messages).toHaveLength(1));
    for (let n = 0; n < 2; n++) same.send({ id: '__proto__', type: 'subscribe', payload: stockChanged });
    expect(await same.closed).toBe(4409);
  });

  it('is served at /graphql and nowhere else, in this protocol and no other', async () => {
    await expect(bare('/elsewhere')).rejects.toThrow('404');
    await expect(bare('/graphql', 'graphql-ws')).rejects.toThrow();
  });
});

it('leaves a client that no longer answers pings', async () => {
  const impatient = await demoRouter({ webSocket: { ...limits, initTimeoutMs: 60_000, keepAliveMs: 20 } });
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
  await vi.waitFor(() => expect(leaving.listeners.size).toBe(1));
  await leaving.stop();
  expect(await lost).toMatchObject({ code: 1001 });
  expect(leaving.listeners.size).toBe(0);
});

async function collect<Item>(stream: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of stream) items.push(item);
  return items;
}
