import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type GraphQLError, parse } from 'graphql';
import { makeServer } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { eventQueue } from './event-queue.ts';
import { createLogger } from './logger.ts';
import { createMetrics } from './metrics.ts';
import { createSubgraph } from './subgraph.ts';
import { type RunningServer, serveSubgraph } from './subgraph-server.ts';
import type { SubgraphResponse, SubgraphTransport } from './transport.ts';
import { httpTransport } from './transport-http.ts';
import { inProcessTransport } from './transport-in-process.ts';

const streams = { open: 0, finished: 0 };
const settings = { theme: 'dark' };
const seen: string[] = [];

const subgraph = createSubgraph({
  name: 'demo',
  typeDefs: parse(`#graphql
    scalar JSON
    scalar DateTime
    type Query { hello(name: String!): String  settings: JSON  since: DateTime  broken: String  many: [Int] }
    type Subscription { count(to: Int!): Int  forever: Int }
  `),
  resolvers: {
    Query: {
      hello: (_: unknown, { name }: { name: string }) => `Hello ${name}`,
      settings: () => settings,
      since: () => new Date(0),
      broken: () => {
        throw new Error('broken on purpose');
      },
      many: () => [1, 2, 3],
    },
    Subscription: {
      count: {
        async *subscribe(_: unknown, { to }: { to: number }) {
          for (let count = 1; count <= to; count++) yield { count };
        },
      },
      forever: {
        subscribe: () => {
          streams.open++;
          const queue = eventQueue<{ forever: number }>({ onClose: () => streams.finished++ });
          queue.push({ forever: 1 });
          return queue.stream;
        },
      },
    },
  },
  verifyViewer: async () => null,
  createContext: ({ correlationId }) => {
    seen.push(correlationId);
    return {};
  },
  ready: async () => {},
  stop: async () => {},
});

let server: RunningServer;
let url: string;

beforeAll(async () => {
  server = await serveSubgraph({
    subgraph,
    host: '127.0.0.1',
    port: 0,
    logger: createLogger('demo', 'silent'),
    metrics: createMetrics('demo'),
    introspection: true,
  });
  ({ url } = server);
});
afterAll(() => server.stop());

describe.each([
  ['in process', () => inProcessTransport(subgraph.transport)],
  ['over HTTP and graphql-ws', () => httpTransport({ url })],
])('a subgraph reached %s', (_name, open) => {
  let transport: SubgraphTransport;
  beforeAll(() => {
    transport = open();
  });
  afterAll(() => transport.close());

  it('answers with data, and passes variables and headers', async () => {
    const headers = { 'x-correlation-id': 'abcdefgh' };
    const query = 'query Q($name: String!) { hello(name: $name) many }';
    await expect(
      transport.execute({ query, operationName: 'Q', variables: { name: 'Ada' }, headers }),
    ).resolves.toEqual({
      data: { hello: 'Hello Ada', many: [1, 2, 3] },
    });
    expect(seen.at(-1)).toBe('abcdefgh');
  });

  it('resolves with errors as plain objects, without a stack', async () => {
    const { data, errors } = await transport.execute({ query: '{ broken }', headers: {} });
    expect(data).toEqual({ broken: null });
    expect(errors).toMatchObject([{ message: 'broken on purpose', path: ['broken'] }]);
    expect(JSON.stringify(errors)).not.toContain('stack');
    expect(errors?.[0]).not.toBeInstanceOf(Error);
  });

  it('gives answers that JSON could have carried, and that the caller may write into', async () => {
    const { data } = await transport.execute({ query: '{ since settings }', headers: {} });
    expect(data).toEqual({ since: '1970-01-01T00:00:00.000Z', settings: { theme: 'dark' } });
    (data?.['settings'] as { theme: string }).theme = 'light';
    expect(settings.theme).toBe('dark');
  });

  it('yields the results of a subscription and completes with it', async () => {
    const query = 'subscription ($to: Int!) { count(to: $to) }';
    const counts: unknown[] = [];
    for await (const { data } of transport.subscribe({ query, variables: { to: 3 }, headers: {} }))
      counts.push(data);
    expect(counts).toEqual([{ count: 1 }, { count: 2 }, { count: 3 }]);
  });

  it('yields a refusal as a result with errors, then completes', async () => {
    const results: SubgraphResponse[] = [];
    for await (const result of transport.subscribe({ query: 'subscription { count }', headers: {} }))
      results.push(result);
    expect(results).toHaveLength(1);
    expect(results[0]?.errors?.length).toBeGreaterThan(0);
  });

  it.each(['return', 'abort'] as const)('ends upstream on %s, while a reader waits', async (how) => {
    const before = { ...streams };
    const controller = new AbortController();
    const events = transport.subscribe({
      query: 'subscription { forever }',
      headers: {},
      signal: controller.signal,
    });
    await expect(events.next()).resolves.toMatchObject({ value: { data: { forever: 1 } } });
    const waiting = events.next();
    if (how === 'return') await events.return?.();
    else controller.abort();
    await expect(waiting).resolves.toMatchObject({ done: true });
    await vi.waitFor(
      () => expect(streams).toEqual({ open: before.open + 1, finished: before.finished + 1 }),
      { timeout: 15_000, interval: 10 },
    );
  });
});

describe('graphql-ws connections', () => {
  const clients = new Set<WebSocket>();
  let sockets: WebSocketServer;
  let answersPings = true;
  const parameters: unknown[] = [];

  beforeAll(async () => {
    sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    const protocol = makeServer({
      schema: subgraph.schema,
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
    expect(parameters).toEqual([a, b]);
    for (const events of running) await events.return?.();
    await vi.waitFor(() => expect(clients.size).toBe(0), { timeout: 15_000, interval: 10 });
    await transport.close();
  });

  it('throw into their streams when they are lost', async () => {
    const transport = open();
    const events = await start(transport);
    const waiting = events.next();
    for (const client of clients) client.terminate();
    await expect(waiting).rejects.toThrow("The subgraph's stream of events broke off (1006)");
    await transport.close();
  });

  it('are given up when the subgraph no longer answers pings', async () => {
    answersPings = false;
    const transport = open({ keepAliveMs: 20 });
    const events = await start(transport);
    await expect(events.next()).rejects.toThrow('broke off (4499)');
    await transport.close();
  });

  it('end their streams when the transport is closed', async () => {
    const transport = open();
    const events = await start(transport);
    const waiting = events.next();
    await transport.close();
    await expect(waiting).rejects.toThrow('broke off');
  });
});

describe('a subgraph that does not answer well', () => {
  let bad: Server | undefined;
  afterEach(() => {
    bad?.closeAllConnections();
    bad?.close();
  });

  async function problemOf(
    handler: Parameters<typeof createServer>[1],
    options: Partial<Parameters<typeof httpTransport>[0]> = {},
  ): Promise<string> {
    bad = createServer(handler);
    bad.listen(0, '127.0.0.1');
    await once(bad, 'listening');
    const transport = httpTransport({
      url: `http://127.0.0.1:${(bad.address() as AddressInfo).port}/`,
      ...options,
    });
    const problem = await transport.execute({ query: '{ secret }', headers: {} }).then(
      () => 'none',
      (error: GraphQLError) => error.message,
    );
    await transport.close();
    return problem;
  }

  it.each([
    [
      'HTML',
      502,
      'text/html',
      '<h1>secret</h1>',
      'The subgraph answered 502 with 15 bytes of text/html that are not valid JSON',
    ],
    [
      'half a JSON',
      200,
      'application/json',
      '{"data": {"sec',
      'The subgraph answered 200 with 14 bytes of application/json that are not valid JSON',
    ],
    ['nothing', 204, 'application/json', '', 'The subgraph answered 204 with an empty body'],
    [
      'another JSON',
      404,
      'application/json',
      '{"message":"secret"}',
      'The subgraph answered 404 with JSON that is not a GraphQL result',
    ],
    [
      'a list',
      200,
      'application/json',
      '[1]',
      'The subgraph answered 200 with JSON that is not a GraphQL result',
    ],
  ])('by answering %s', async (_what, status, type, body, message) => {
    expect(
      await problemOf(
        (_request, response) => void response.writeHead(status, { 'content-type': type }).end(body),
      ),
    ).toBe(message);
  });

  it('by a result with a status that is not 200, which counts all the same', async () => {
    expect(
      await problemOf(
        (_request, response) => void response.writeHead(500).end('{"errors":[{"message":"no"}]}'),
      ),
    ).toBe('none');
  });

  it('by hanging up', async () => {
    expect(await problemOf((request) => void request.socket.destroy())).toBe(
      'The subgraph closed the connection before it had answered',
    );
  });

  it('by silence', async () => {
    expect(await problemOf(() => {}, { answerTimeoutMs: 50 })).toBe('The subgraph did not answer in time');
  });

  it('by stopping in the middle', async () => {
    const half: Parameters<typeof createServer>[1] = (_request, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('{"data":');
    };
    expect(await problemOf(half, { answerTimeoutMs: 50 })).toBe(
      'The subgraph stopped in the middle of its answer',
    );
  });

  it('by too long an answer', async () => {
    const long: Parameters<typeof createServer>[1] = (_request, response) =>
      void response.end(JSON.stringify({ data: { text: 'x'.repeat(5_000) } }));
    expect(await problemOf(long, { maxAnswerBytes: 1_000 })).toBe(
      'The subgraph answered with more bytes than are accepted',
    );
  });

  it('by not being there', async () => {
    const transport = httpTransport({ url: 'http://127.0.0.1:1/' });
    await expect(transport.execute({ query: '{ a }', headers: {} })).rejects.toThrow(
      'The subgraph refused the connection',
    );
    const [step] = await Promise.allSettled([
      transport.subscribe({ query: 'subscription { a }', headers: {} }).next(),
    ]);
    expect(step).toMatchObject({ status: 'rejected' });
    await transport.close();
  });

  it('in time for a caller who gives up', async () => {
    const transport = httpTransport({ url });
    const controller = new AbortController();
    const waiting = transport.execute({ query: '{ many }', headers: {}, signal: controller.signal });
    controller.abort(new Error('nobody waits'));
    await expect(waiting).rejects.toThrow('nobody waits');
    await expect(
      transport.execute({ query: '{ many }', headers: {}, signal: controller.signal }),
    ).rejects.toThrow('nobody waits');
    await transport.close();
  });
});
