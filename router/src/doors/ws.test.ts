import { eventually } from '@meridian/testkit/eventually';
import { describe, expect, it } from 'vitest';
import { bareSocket } from '../testing/bare-socket.ts';
import { patientConfig } from '../testing/patient-config.ts';
import { useDemoRouter } from '../testing/use-demo-router.ts';

const maxOperations = 3;
const { router, bearer } = await useDemoRouter({
  webSocket: { ...patientConfig.webSocket, maxOperations },
  live: { ...patientConfig.live, maxQueuedEvents: 30 },
  forwardHeaders: ['x-tenant'],
});

const stockChanged = {
  query: 'subscription ($id: ID) { stockChanged(id: $id) { stock name askedBy } }',
  variables: { id: '1' },
};

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
    await eventually(() => expect(router.listeners.size).toBe(1));
    for (let level = 1; level <= 20; level++) router.publish('1', level);
    const frames = [await first];
    while (frames.length < 20) frames.push(await events.next());
    expect(frames.map(({ value }) => value)).toEqual(
      Array.from({ length: 20 }, (_, index) => ({
        data: { stockChanged: { stock: index + 1, name: 'Item 1', askedBy: 'anonymous' } },
      })),
    );
    await events.return?.();
    await eventually(() => expect(router.listeners.size).toBe(0));
    await client.dispose();
  });

  it('are one line in the log each', async () => {
    const client = router.socket();
    const events = client.iterate({ query: 'subscription Watched { stockChanged(id: "1") { stock } }' });
    const first = events.next();
    await eventually(() => expect(router.listeners.size).toBe(1));
    router.publish('1', 5);
    await first;
    await events.return?.();
    await eventually(() =>
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
    await expect(client.iterate({ query: 'subscription { refused { id } }' }).next()).rejects.toMatchObject([
      { message: 'not for you', extensions: { code: 'FORBIDDEN' } },
    ]);
    await client.dispose();
  });

  it('are limited in number on one connection', async () => {
    const client = router.socket();
    const open = Array.from({ length: maxOperations }, () => client.iterate(stockChanged));
    const waiting = open.map((events) => events.next());
    await eventually(() => expect(router.listeners.size).toBe(1));
    await expect(client.iterate(stockChanged).next()).rejects.toMatchObject([
      { extensions: { code: 'TOO_MANY_OPERATIONS' } },
    ]);
    await Promise.all(open.map((events) => events.return?.()));
    await Promise.all(waiting);
    await client.dispose();
  });
});

describe('a stream from a subgraph', () => {
  const start = async (client: ReturnType<typeof router.socket>, listeners: number) => {
    const events = client.iterate(stockChanged);
    const first = events.next();
    await eventually(() => expect(router.listeners.size).toBe(listeners));
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
    await eventually(async () =>
      expect(await (await fetch(`${router.url}/metrics`)).text()).toContain(
        'meridian_subscriptions{program="router"} 5',
      ),
    );
    const streams = router.calls.filter(({ query }) => query.startsWith('subscription'));
    expect(streams.slice(-4).map(({ headers }) => Object.keys(headers))).toEqual([
      ['x-meridian-viewer'],
      ['x-meridian-viewer'],
      [],
      ['x-tenant'],
    ]);
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

  it('comes again when it is lost, and the client is told that events may be missing', async () => {
    const client = router.socket();
    const { first, events } = await start(client, 1);
    router.drop();
    await eventually(() => expect(router.listeners.size).toBe(1));
    router.publish('1', 42);
    expect(await first).toMatchObject({
      value: { data: null, errors: [{ extensions: { code: 'EVENTS_MISSED', missed: null } }] },
    });
    expect(await events.next()).toMatchObject({ value: { data: { stockChanged: { stock: 42 } } } });
    await events.return?.();
    await client.dispose();
  });

  it('that runs ahead of a client who does not read leaves out its oldest events, and holds up no other client', async () => {
    const client = router.socket();
    const { first, events } = await start(client, 1);
    const slow = await bareSocket(router.url);
    slow.send({ type: 'connection_init' });
    await eventually(() => expect(slow.messages).toEqual([{ type: 'connection_ack' }]));
    slow.socket.pause();
    const query = 'subscription { stockChanged(id: "1") { stock padding(length: 500000) } }';
    slow.send({ id: 'slow', type: 'subscribe', payload: { query } });
    await eventually(() => expect(router.listeners.size).toBe(2));

    let received = first;
    for (let level = 1; level <= 60; level++) {
      router.publish('1', level);
      expect(await received).toMatchObject({ value: { data: { stockChanged: { stock: level } } } });
      received = events.next();
    }
    slow.socket.resume();
    const levels = () =>
      slow.messages.slice(1).map(({ payload: { data, errors } }: any) => data?.stockChanged.stock ?? errors);
    await eventually(() => expect(levels().at(-1)).toBe(60));
    const gap = levels().findIndex((level) => typeof level !== 'number');
    expect(gap).toBeGreaterThan(0);
    const [{ extensions }] = levels()[gap];
    const before = levels()[gap - 1];
    expect(extensions).toEqual({ code: 'EVENTS_MISSED', missed: expect.any(Number) });
    expect(levels().slice(0, gap)).toEqual(Array.from({ length: before }, (_, index) => index + 1));
    expect(levels()[gap + 1]).toBe(before + extensions.missed + 1);
    slow.socket.terminate();
    await events.return?.();
    await client.dispose();
  });
});
