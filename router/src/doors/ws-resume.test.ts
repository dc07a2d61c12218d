import { eventually } from '@meridian/testkit/eventually';
import { createClient } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { routerDefaults } from '../config.ts';
import { bareSocket } from '../testing/bare-socket.ts';
import { type DemoRouter, demoRouter } from '../testing/demo-router.ts';

let router: DemoRouter;
beforeAll(async () => {
  router = await demoRouter({ live: { ...routerDefaults.live, maxQueuedEvents: 20 } });
});
afterEach(() => eventually(() => expect(router.log.readers.size).toBe(0)));
afterAll(() => router.stop());

const query = 'subscription ($after: String) { stockLog(after: $after) { cursor step item { name } } }';
const append = (many: number) => Array.from({ length: many }, () => router.log.append('1').cursor);

describe('a stream with cursors', () => {
  it('gives what came after a cursor, then goes on, joined', async () => {
    const [from, ...missed] = append(4);
    const client = router.socket();
    const events = client.iterate<any>({ query, variables: { after: from } });
    const next = async () => (await events.next()).value.data.stockLog;
    for (const cursor of missed) expect(await next()).toMatchObject({ cursor, item: { name: 'Item 1' } });
    const [live] = append(1);
    expect((await next()).cursor).toBe(live);
    await events.return?.();
    await client.dispose();
  });

  it('loses and doubles nothing when the stream from the subgraph is lost', async () => {
    const client = router.socket();
    const events = client.iterate<any>({ query });
    const received: Promise<any>[] = [events.next()];
    await eventually(() => expect(router.log.readers.size).toBe(1));
    const cursors = append(2);
    router.log.lose();
    cursors.push(...append(2));
    await eventually(() => expect(router.log.readers.size).toBe(1));
    cursors.push(...append(1));
    while (received.length < cursors.length) received.push(events.next());
    expect((await Promise.all(received)).map(({ value }) => value.data.stockLog.cursor)).toEqual(cursors);
    await events.return?.();
    await client.dispose();
  });

  it.each([
    ['CURSOR_INVALID', 'nonsense', undefined],
    ['CURSOR_EXPIRED', 'c0', 'resumeFrom'],
  ])('says %s of a cursor that it cannot resume from', async (code, after, detail) => {
    router.log.keep(1);
    const client = router.socket();
    const refused = await client
      .iterate({ query, variables: { after } })
      .next()
      .catch((errors: unknown) => errors);
    expect(refused).toMatchObject([{ extensions: { code } }]);
    if (detail)
      expect(refused).toMatchObject([{ extensions: { [detail]: expect.stringMatching(/^c\d+$/) } }]);
    await client.dispose();
  });

  it('is resumed by the client of graphql-ws that keeps its last cursor in its variables', async () => {
    const variables: { after?: string } = {};
    const steps: number[] = [];
    let connections = 0;
    let socket: WebSocket | undefined;
    const client = createClient({
      url: `${router.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: Number.POSITIVE_INFINITY,
      retryWait: async () => {},
      shouldRetry: () => true,
      on: {
        opened: (opened) => {
          connections++;
          socket = opened as WebSocket;
        },
      },
    });
    const unsubscribe = client.subscribe<any>(
      { query, variables },
      {
        next({ data }) {
          variables.after = data.stockLog.cursor;
          steps.push(data.stockLog.step);
        },
        error: () => {},
        complete: () => {},
      },
    );
    await eventually(() => expect(router.log.readers.size).toBe(1));
    const { step: first } = router.log.append('1');
    await eventually(() => expect(steps).toEqual([first]));
    socket?.terminate();
    append(3);
    await eventually(() => expect(connections).toBe(2));
    await eventually(() => expect(router.log.readers.size).toBe(1));
    append(1);
    await eventually(() => expect(steps).toEqual([0, 1, 2, 3, 4].map((n) => first + n)));
    unsubscribe();
    await client.dispose();
  });
});

it('a client that does not read is sent away with where to resume, and holds up no other', async () => {
  const client = router.socket();
  const events = client.iterate<any>({ query });
  let received = events.next();
  await eventually(() => expect(router.log.readers.size).toBe(1));

  const slow = await bareSocket(router.url);
  slow.send({ type: 'connection_init' });
  await eventually(() => expect(slow.messages).toHaveLength(1));
  slow.socket.pause();
  const long = 'subscription { stockLog { cursor item { padding(length: 500000) } } }';
  slow.send({ id: 'slow', type: 'subscribe', payload: { query: long } });
  await eventually(() => expect(router.log.readers.size).toBe(2));

  let cursors: string[] = [];
  for (let n = 0; n < 60 && router.log.readers.size > 1; n++) {
    cursors = [...cursors, ...append(1)];
    expect((await received).value.data.stockLog.cursor).toBe(cursors.at(-1));
    received = events.next();
  }
  await eventually(() => expect(router.log.readers.size).toBe(1));
  slow.socket.resume();
  await eventually(() => expect(slow.messages.at(-1)).toMatchObject({ type: 'error' }));
  const got = slow.messages.slice(1, -1).map(({ payload }: any) => payload.data.stockLog.cursor);
  expect(got).toEqual(cursors.slice(0, got.length));
  expect(slow.messages.at(-1)).toMatchObject({
    id: 'slow',
    payload: [{ extensions: { code: 'SLOW_CONSUMER', resumeFrom: got.at(-1) } }],
  });
  expect(slow.socket.readyState).toBe(WebSocket.OPEN);
  slow.socket.terminate();
  await events.return?.();
  await client.dispose();
});
