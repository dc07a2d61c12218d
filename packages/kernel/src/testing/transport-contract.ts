import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AppError } from '../errors.ts';
import { eventQueue } from '../event-queue.ts';
import { createLogger } from '../logger.ts';
import { createMetrics } from '../metrics.ts';
import { streamPositionHeader } from '../stream-positions.ts';
import { createSubgraph } from '../subgraph.ts';
import { type RunningServer, serveSubgraph } from '../subgraph-server.ts';
import type { SubgraphResponse, SubgraphTransport } from '../transport.ts';
import { httpTransport } from '../transport-http.ts';
import { inProcessTransport } from '../transport-in-process.ts';

const started = { count: 0 };
const streams = { open: 0, finished: 0 };
/** How many events each reader's stream was asked for. */
const asked = new Map<string, number>();
const settings = { theme: 'dark' };
const seen: string[] = [];
const patiently = { timeout: 60_000, interval: 10 };

const subgraph = createSubgraph({
  name: 'demo',
  typeDefs: parse(`#graphql
    scalar JSON
    scalar DateTime
    type Query { hello(name: String!): String  echo(value: JSON): JSON  settings: JSON  since: DateTime  broken: String  many: [Int]  never: Int }
    type Subscription { count(to: Int!, reader: String): Int  forever: Int  durable: Int }
  `),
  resolvers: {
    Query: {
      hello: (_: unknown, { name }: { name: string }) => `Hello ${name}`,
      echo: (_: unknown, { value }: { value: unknown }) => value,
      settings: () => settings,
      since: () => new Date(0),
      broken: () => {
        throw new Error('broken on purpose');
      },
      many: () => [1, 2, 3],
      never: () => {
        started.count++;
        return new Promise(() => {});
      },
    },
    Subscription: {
      count: {
        async *subscribe(_: unknown, { to, reader = '' }: { to: number; reader?: string }) {
          for (let count = 1; count <= to; count++) {
            asked.set(reader, count);
            yield { count };
          }
        },
      },
      durable: {
        subscribe: () => {
          const queue = eventQueue<{ durable: number }>();
          queue.push({ durable: 1 });
          queue.end(new AppError('CURSOR_EXPIRED', 'too slow', { resumeFrom: 'later' }));
          return Object.assign(queue.stream, { position: () => 'here' });
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

/**
 * What every way of reaching a subgraph owes its callers, as tests of in process and of HTTP; `wrap` puts what is to be
 * held to it around each.
 */
export function testTransportContract(
  wrap = (transport: SubgraphTransport): SubgraphTransport => transport,
): void {
  let server: RunningServer;

  beforeAll(async () => {
    server = await serveSubgraph({
      subgraph,
      host: '127.0.0.1',
      port: 0,
      logger: createLogger('demo', 'silent'),
      metrics: createMetrics('demo'),
      introspection: true,
    });
  });
  afterAll(() => server.stop());

  describe.each([
    ['in process', () => inProcessTransport(subgraph.transport)],
    ['over HTTP and graphql-ws', () => httpTransport({ url: server.url })],
  ])('a subgraph reached %s', (way, open) => {
    let transport: SubgraphTransport;
    beforeAll(() => {
      transport = wrap(open());
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

    it('passes values under the names that every object has, and changes none by them', async () => {
      const value = JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}');
      const query = 'query Q($value: JSON) { echo(value: $value) }';
      const { data } = await transport.execute({ query, variables: { value }, headers: {} });
      expect(JSON.stringify(data)).toBe(`{"echo":${JSON.stringify(value)}}`);
      expect({}).not.toHaveProperty('polluted');
    });

    it('rejects with the reason of its signal, before and during a call', async () => {
      const request = { query: '{ never }', headers: {} };
      const reason = new Error('gave up');
      await expect(transport.execute({ ...request, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      const controller = new AbortController();
      const before = started.count;
      const waiting = transport.execute({ ...request, signal: controller.signal });
      await vi.waitFor(() => expect(started.count).toBe(before + 1), patiently);
      controller.abort(reason);
      await expect(waiting).rejects.toBe(reason);
      await expect(transport.execute({ query: '{ many }', headers: {} })).resolves.toEqual({
        data: { many: [1, 2, 3] },
      });
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

    it('is asked for no more than its reader takes, and holds up no other', async () => {
      const read = (reader: string) =>
        transport.subscribe({
          query: 'subscription ($reader: String) { count(to: 3000, reader: $reader) }',
          variables: { reader: reader + way },
          headers: {},
        });
      const slow = read('slow');
      const counts: unknown[] = [(await slow.next()).value?.data?.['count']];
      // On the same connection, where there are connections.
      let others = 0;
      for await (const _ of read('quick')) others++;
      expect(others).toBe(3_000);
      expect(asked.get(`slow${way}`)).toBeLessThanOrEqual(100);
      for await (const { data } of slow) counts.push(data?.['count']);
      expect(counts).toEqual(Array.from({ length: 3_000 }, (_, index) => index + 1));
    });

    it('tells where a durable stream begins to who asks, and why it ends in the middle', async () => {
      const frames = async (headers: Record<string, string>) => {
        const all: SubgraphResponse[] = [];
        const query = 'subscription { durable }';
        for await (const frame of transport.subscribe({ query, headers })) all.push(frame);
        return all;
      };
      const event = { data: { durable: 1 } };
      const end = {
        errors: [{ message: 'too slow', extensions: { code: 'CURSOR_EXPIRED', resumeFrom: 'later' } }],
      };
      expect(await frames({})).toMatchObject([event, end]);
      const [position, ...others] = await frames({ [streamPositionHeader]: '1' });
      expect(position).toEqual({ extensions: { position: 'here' } });
      expect(others).toMatchObject([event, end]);
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
        patiently,
      );
    });
  });
}
