import { type EventQueue, eventQueue } from '@meridian/kernel/event-queue';
import { createLogger } from '@meridian/kernel/logger';
import type { SubgraphRequest, SubgraphResponse, SubgraphTransport } from '@meridian/kernel/transport';
import { eventually } from '@meridian/testkit/eventually';
import { describe, expect, it } from 'vitest';
import type { EventSource } from '../engine/engine.ts';
import { Upstream } from './upstream.ts';

const plain: EventSource = {
  subgraph: 'stock',
  query: 'subscription { a }',
  operationName: undefined,
  variables: { x: 1 },
  shared: {},
};
const withCursors: EventSource = {
  ...plain,
  resume: {
    variable: '__after',
    initial: undefined,
    cursorOf: ({ data }) => (data?.['a'] as { cursor?: string })?.cursor,
  },
};

/** An upstream whose transport the test feeds by hand. */
function follow(source: EventSource, after?: string) {
  const opened: { request: SubgraphRequest; queue: EventQueue<SubgraphResponse> }[] = [];
  const transport: SubgraphTransport = {
    execute: async () => ({}),
    subscribe(request) {
      const queue = eventQueue<SubgraphResponse>();
      opened.push({ request, queue });
      return queue.stream;
    },
    close: async () => {},
  };
  const seen: unknown[] = [];
  const waits: number[] = [];
  let token = 0;
  let full: Promise<void> | undefined;
  const upstream = new Upstream({
    source,
    after,
    follower: {
      headers: async () => ({ 'x-token': String(++token) }),
      onEvent(event, cursor) {
        seen.push(cursor ?? event);
        return full;
      },
      onPosition: (cursor) => seen.push(`at ${cursor}`),
      onGap: () => seen.push('gap'),
      onLost: () => {},
      onEnded: () => {},
    },
    environment: {
      transportOf: () => transport,
      logger: createLogger('test', 'silent'),
      wait: async (failures) => void waits.push(failures),
    },
  });
  const feed = async (connection: number, ...events: SubgraphResponse[]) => {
    await eventually(() => expect(opened.length).toBeGreaterThan(connection));
    for (const event of events) opened[connection]?.queue.push(event);
  };
  return {
    ...{ opened, seen, waits, upstream, feed },
    async lose(connection: number) {
      await feed(connection);
      opened[connection]?.queue.end(new Error('lost'));
    },
    hold: (until: Promise<void>) => {
      full = until;
    },
  };
}

const event = (cursor: string) => ({ data: { a: { cursor } } });
const headersOf = ({ opened }: Pick<ReturnType<typeof follow>, 'opened'>) =>
  opened.map(({ request }) => request.headers);
const positionsOf = ({ opened }: Pick<ReturnType<typeof follow>, 'opened'>) =>
  opened.map(({ request }) => request.variables?.['__after']);

describe('an upstream with cursors', () => {
  it('goes on after its last event when it is lost, with fresh headers', async () => {
    const stream = follow(withCursors);
    await stream.feed(0, event('c1'), event('c2'));
    await stream.lose(0);
    await stream.feed(1, event('c3'));
    await eventually(() => expect(stream.seen).toEqual(['c1', 'c2', 'c3']));
    expect(positionsOf(stream)).toEqual([undefined, 'c2']);
    expect(stream.opened[1]?.request.variables).toEqual({ x: 1, __after: 'c2' });
    expect(headersOf(stream)).toEqual([
      { 'x-token': '1', 'x-stream-position': '1' },
      { 'x-token': '2', 'x-stream-position': '1' },
    ]);
    stream.upstream.stop();
    expect(await stream.upstream.ended).toBeUndefined();
  });

  it('drops what it has seen already', async () => {
    const stream = follow(withCursors, 'c1');
    await stream.feed(0, event('c1'), event('c2'));
    await stream.lose(0);
    await stream.feed(1, event('c2'), event('c3'));
    await eventually(() => expect(stream.seen).toEqual(['c2', 'c3']));
    expect(positionsOf(stream)).toEqual(['c1', 'c2']);
    stream.upstream.stop();
  });

  it('goes on from a position, though no event came', async () => {
    const stream = follow(withCursors);
    await stream.feed(0, { extensions: { position: 'p1' } });
    await stream.lose(0);
    await stream.feed(1, event('c1'), { extensions: { position: 'p2' } });
    await stream.lose(1);
    await stream.feed(2, event('c2'));
    await eventually(() => expect(stream.seen).toEqual(['at p1', 'c1', 'at p2', 'c2']));
    expect(positionsOf(stream)).toEqual([undefined, 'p1', 'p2']);
    stream.upstream.stop();
  });

  it('says that events may be missing where it never learnt of a position', async () => {
    const stream = follow(withCursors);
    await stream.lose(0);
    await stream.feed(1, event('c1'));
    await eventually(() => expect(stream.seen).toEqual(['gap', 'c1']));
    stream.upstream.stop();
  });

  it('is asked for no more than there is room for', async () => {
    const stream = follow(withCursors);
    const room = Promise.withResolvers<void>();
    stream.hold(room.promise);
    await stream.feed(0, event('c1'), event('c2'), event('c3'));
    await eventually(() => expect(stream.seen).toEqual(['c1']));
    room.resolve();
    await eventually(() => expect(stream.seen).toEqual(['c1', 'c2', 'c3']));
    stream.upstream.stop();
  });
});

describe('an upstream without cursors', () => {
  it('says that events may be missing each time it was lost, when it is there again', async () => {
    const stream = follow(plain);
    await stream.feed(0, { data: { a: 1 } });
    await stream.lose(0);
    await stream.lose(1);
    await stream.feed(2, { data: { a: 2 } }, { data: { a: 3 } });
    const [first, second, third] = [1, 2, 3].map((a) => ({ data: { a } }));
    await eventually(() => expect(stream.seen).toEqual([first, 'gap', second, third]));
    expect(stream.waits).toEqual([0, 1]);
    expect(headersOf(stream).every((headers) => !('x-stream-position' in headers))).toBe(true);
    stream.upstream.stop();
  });

  it('says so though no event comes', async () => {
    const stream = follow(plain);
    await stream.lose(0);
    await eventually(() => expect(stream.seen).toEqual(['gap']));
    stream.upstream.stop();
  });

  it('ends when the subgraph completes it', async () => {
    const stream = follow(plain);
    await stream.feed(0, { data: { a: 1 } });
    stream.opened[0]?.queue.end();
    expect(await stream.upstream.ended).toBeUndefined();
    expect(stream.seen).toEqual([{ data: { a: 1 } }]);
  });
});

describe('an upstream that the subgraph refuses', () => {
  it('ends with the reason', async () => {
    const errors = [{ message: 'not for you', extensions: { code: 'FORBIDDEN' } }];
    const stream = follow(withCursors);
    await stream.feed(0, { errors });
    expect(await stream.upstream.ended).toEqual(errors);
    expect(stream.opened).toHaveLength(1);
  });

  it('is asked for again where the reason may pass, then ends with it', async () => {
    const errors = [{ message: 'the database is away', extensions: { code: 'INTERNAL_SERVER_ERROR' } }];
    const stream = follow(withCursors, 'c1');
    for (let connection = 0; connection < 8; connection++) await stream.feed(connection, { errors });
    await stream.feed(8, { errors });
    expect(await stream.upstream.ended).toEqual(errors);
    expect(stream.waits).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(positionsOf(stream)).toEqual(Array(9).fill('c1'));
  });

  it('goes on when the reason has passed', async () => {
    const errors = [{ message: 'the database is away' }];
    const stream = follow(withCursors, 'c1');
    await stream.feed(0, { errors });
    await stream.feed(1, event('c2'));
    await eventually(() => expect(stream.seen).toEqual(['c2']));
    stream.upstream.stop();
  });
});
