import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buildSchema } from 'graphql';
import { makeServer } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { eventQueue } from './event-queue.ts';
import type { SubgraphTransport } from './transport.ts';
import { httpTransport } from './transport-http.ts';

function forever() {
  const queue = eventQueue<{ forever: number }>();
  for (let count = 1; count <= 200; count++) queue.push({ forever: count });
  return queue.stream;
}

/** Reads on to where a stream breaks off. */
async function lastOf(events: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of events);
}

describe('graphql-ws connections', () => {
  const clients = new Set<WebSocket>();
  let sockets: WebSocketServer;
  let answersPings = true;
  const parameters: unknown[] = [];
  const received: string[] = [];

  beforeAll(async () => {
    sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    const protocol = makeServer({
      schema: buildSchema('type Query { a: Int } type Subscription { forever: Int }'),
      roots: { subscription: { forever } },
      onConnect: ({ connectionParams }) => void parameters.push(connectionParams),
    });
    sockets.on('connection', (socket) => {
      clients.add(socket);
      const closed = protocol.opened(
        {
          protocol: socket.protocol,
          send: (data) => socket.send(data),
          close: (code, reason) => socket.close(code, reason),
          onMessage: (receive) =>
            socket.on('message', (data) => {
              received.push(String(data));
              if (answersPings || !String(data).includes('"ping"')) void receive(String(data));
            }),
        },
        undefined,
      );
      socket.once('close', () => {
        clients.delete(socket);
        void closed();
      });
    });
    await once(sockets, 'listening');
  });
  afterAll(() => {
    for (const client of clients) client.terminate();
    sockets.close();
  });

  const open = (options = {}) =>
    httpTransport({ url: `http://127.0.0.1:${(sockets.address() as AddressInfo).port}/`, ...options });

  const start = async (transport: SubgraphTransport, headers: Record<string, string> = {}) => {
    const events = transport.subscribe({ query: 'subscription { forever }', headers });
    await events.next();
    return events;
  };

  it('are shared by requests with the same headers and by no others, and closed after the last', async () => {
    const transport = open();
    const a = { 'x-meridian-viewer': 'a' };
    const b = { 'x-meridian-viewer': 'b' };
    const running = [await start(transport, a), await start(transport, { ...a }), await start(transport, b)];
    expect(clients.size).toBe(2);
    const window = { 'x-stream-window': '100' };
    expect(parameters).toEqual([
      { ...a, ...window },
      { ...b, ...window },
    ]);
    for (const events of running) await events.return?.();
    await vi.waitFor(() => expect(clients.size).toBe(0), { timeout: 60_000, interval: 10 });
    await transport.close();
  });

  it('throw into their streams when they are lost', async () => {
    const transport = open();
    const events = await start(transport);
    const waiting = lastOf(events);
    for (const client of clients) client.terminate();
    await expect(waiting).rejects.toThrow("The subgraph's stream of events broke off (1006)");
    await transport.close();
  });

  it('are given up when the subgraph no longer answers pings', async () => {
    answersPings = false;
    const transport = open({ keepAliveMs: 20 });
    const events = transport.subscribe({ query: 'subscription { forever }', headers: {} });
    await expect(lastOf(events)).rejects.toThrow('broke off (4499)');
    await transport.close();
  });

  it('tell what was taken to nobody who has agreed on no window', async () => {
    const transport = open();
    received.length = 0;
    const events = await start(transport);
    for (let taken = 1; taken < 200; taken++) await events.next();
    await events.return?.();
    await vi.waitFor(() => expect(received.at(-1)).toContain('"complete"'), {
      timeout: 60_000,
      interval: 10,
    });
    expect(received.map((message) => JSON.parse(message).type)).toEqual([
      'connection_init',
      'subscribe',
      'complete',
    ]);
    await transport.close();
  });

  it('end their streams when the transport is closed', async () => {
    const transport = open();
    const events = await start(transport);
    const waiting = lastOf(events);
    await transport.close();
    await expect(waiting).rejects.toThrow('broke off');
  });
});
