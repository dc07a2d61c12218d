import { eventually } from '@meridian/testkit/eventually';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bareSocket } from '../testing/bare-socket.ts';
import { type DemoRouter, demoRouter } from '../testing/demo-router.ts';

/* What graphql-transport-ws says beyond what its client library ever sends. */
let router: DemoRouter;
beforeAll(async () => {
  router = await demoRouter();
});
afterEach(() => eventually(() => expect(router.listeners.size).toBe(0)));
afterAll(() => router.stop());

const stockChanged = { query: 'subscription { stockChanged(id: "1") { stock } }' };
const subscribe = (id: string, payload: unknown = stockChanged) => ({ id, type: 'subscribe', payload });
const next = (id: string, stock: number) => ({
  ...{ id, type: 'next' },
  payload: { data: { stockChanged: { stock } } },
});

async function signedIn() {
  const client = await bareSocket(router.url);
  client.send({ type: 'connection_init' });
  await eventually(() => expect(client.messages).toEqual([{ type: 'connection_ack' }]));
  client.messages.length = 0;
  return client;
}

describe('a client', () => {
  it('that pings gets a pong with its payload, before it has signed in too', async () => {
    const { send, messages, socket } = await bareSocket(router.url);
    send({ type: 'ping' });
    send({ type: 'ping', payload: { at: 1 } });
    await eventually(() =>
      expect(messages).toMatchObject([{ type: 'pong' }, { type: 'pong', payload: { at: 1 } }]),
    );
    socket.terminate();
  });

  it('that says pong without being asked is left alone', async () => {
    const { send, messages, socket } = await signedIn();
    send({ type: 'pong' });
    send({ type: 'ping' });
    await eventually(() => expect(messages).toMatchObject([{ type: 'pong' }]));
    socket.terminate();
  });

  it('that completes a subscription hears no more of it, ends it upstream and may use its id again', async () => {
    const { send, messages, socket } = await signedIn();
    send(subscribe('a'));
    await eventually(() => expect(router.listeners.size).toBe(1));
    router.publish('1', 1);
    await eventually(() => expect(messages).toEqual([next('a', 1)]));
    send({ id: 'a', type: 'complete' });
    await eventually(() => expect(router.listeners.size).toBe(0));
    router.publish('1', 2);
    send(subscribe('a'));
    await eventually(() => expect(router.listeners.size).toBe(1));
    router.publish('1', 3);
    await eventually(() => expect(messages).toEqual([next('a', 1), next('a', 3)]));
    socket.terminate();
  });

  it('that completes what does not run, or what has only just begun, is not answered', async () => {
    const { send, messages, socket } = await signedIn();
    send({ id: 'unknown', type: 'complete' });
    send(subscribe('b'));
    send({ id: 'b', type: 'complete' });
    send({ type: 'ping' });
    await eventually(() => expect(messages).toMatchObject([{ type: 'pong' }]));
    socket.terminate();
  });

  it('has several operations of every kind at once', async () => {
    const { send, messages, socket } = await signedIn();
    send(subscribe('s'));
    await eventually(() => expect(router.listeners.size).toBe(1));
    send(subscribe('q', { query: '{ item(id: "2") { name } }' }));
    send(subscribe('m', { query: 'mutation { restock(id: "2", by: 0) { stock } }' }));
    send(subscribe('e', { query: '{' }));
    await eventually(() => expect(messages).toHaveLength(5));
    router.publish('1', 4);
    await eventually(() => expect(messages).toHaveLength(6));
    const of = (id: string) =>
      (messages as { id: string; type: string }[]).filter((each) => each.id === id).map(({ type }) => type);
    expect([of('s'), of('q'), of('m'), of('e')]).toEqual([
      ['next'],
      ['next', 'complete'],
      ['next', 'complete'],
      ['error'],
    ]);
    send({ id: 's', type: 'complete' });
    await eventually(() => expect(router.listeners.size).toBe(0));
    socket.terminate();
  });

  it('hears the end of a subscription as complete', async () => {
    const { send, messages, socket } = await signedIn();
    send(subscribe('a'));
    await eventually(() => expect(router.listeners.size).toBe(1));
    for (const listener of [...router.listeners]) listener.end();
    await eventually(() => expect(messages).toEqual([{ id: 'a', type: 'complete' }]));
    socket.terminate();
  });

  it('that names no protocol is disconnected', async () => {
    expect(await (await bareSocket(router.url, { protocol: [] })).closed).toBe(4406);
  });

  it.each([
    ['an operation without an id', { type: 'subscribe', payload: stockChanged }],
    ['an operation without a text', subscribe('a', { variables: {} })],
    ['an operation whose variables are no object', subscribe('a', { ...stockChanged, variables: 1 })],
    ['a message without a type', { id: 'a' }],
    ['a message for clients', { id: 'a', type: 'next', payload: {} }],
    ['a list', []],
  ])('that sends %s is disconnected', async (_what, message) => {
    const { send, closed } = await signedIn();
    send(message);
    expect(await closed).toBe(4400);
    expect(router.lines.map(({ msg }) => msg)).not.toContain('a websocket message broke');
  });
});
