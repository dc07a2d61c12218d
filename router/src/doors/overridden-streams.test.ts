import { type EventQueue, eventQueue } from '@meridian/kernel/event-queue';
import type { SubgraphResponse, SubgraphTransport } from '@meridian/kernel/transport';
import { eventually } from '@meridian/testkit/eventually';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { RequestContext } from '../engine/engine.ts';
import { localSupergraph } from '../engine/testing/local-supergraph.ts';
import { bareSocket } from '../testing/bare-socket.ts';
import { type DemoRouter, demoRouter } from '../testing/demo-router.ts';
import { testIssuer } from '../testing/issuer.ts';
import { openStream } from '../testing/open-stream.ts';

const { sdl: supergraphSdl, transports } = localSupergraph({
  old: {
    sdl: `type Query { ok: Int } type Subscription { changed: It }
      type It @key(fields: "id") { id: ID!  price: Int }`,
  },
  new: {
    sdl: 'type It @key(fields: "id") { id: ID!  price: Int @override(from: "old", label: "beta") }',
    resolvers: { It: { __resolveReference: (given: object) => given, price: () => 2 } },
  },
});
const query = 'subscription { changed { price } }';
const issuer = await testIssuer();
const streams = new Set<EventQueue<SubgraphResponse>>();
let router: DemoRouter;
/** Whether the field has moved for everybody. */
let hasMoved = false;

/** The subgraph whose events the streams are. */
const old: SubgraphTransport = {
  ...(transports['old'] as SubgraphTransport),
  subscribe() {
    const queue = eventQueue<SubgraphResponse>({ onClose: () => streams.delete(queue) });
    streams.add(queue);
    return queue.stream;
  },
};
const publish = () => {
  for (const stream of streams) stream.push({ data: { changed: { __typename: 'It', id: '1', price: 1 } } });
};

const scopesOf = ({ headers }: RequestContext): string =>
  Buffer.from(headers['x-meridian-viewer']?.split('.')[1] ?? '', 'base64url').toString();

beforeAll(async () => {
  router = await demoRouter(
    { auth: issuer.auth, forwardHeaders: ['x-ring'] },
    {
      supergraphSdl,
      transports: { ...transports, old },
      isOverridden: (_label, context) =>
        context !== undefined &&
        (hasMoved || context.headers['x-ring'] === 'inner' || scopesOf(context).includes('beta')),
    },
  );
});
afterEach(() => eventually(() => expect(streams.size).toBe(0)));
afterAll(async () => {
  await router.stop();
  await issuer.remove();
});

it('a label of @override is decided for each who subscribes over Server-Sent Events', async () => {
  const rings = ['outer', 'inner', 'outer'];
  const open = await Promise.all(
    rings.map((ring) => openStream(router.url, { query }, { headers: { 'x-ring': ring } })),
  );
  // Two who are alike share a stream.
  await eventually(() => expect(streams.size).toBe(2));
  publish();
  await eventually(() =>
    expect(open.map((stream) => stream.parts()[0]?.data)).toEqual(
      [1, 2, 1].map((price) => ({ data: { changed: { price } } })),
    ),
  );
  for (const stream of open) stream.close();
});

it('a label of @override is decided for each who subscribes over a WebSocket, and again for other rights', async () => {
  const { send, messages, socket } = await bareSocket(router.url);
  const prices = () =>
    messages.flatMap((message: any) =>
      message.type === 'next' ? [message.payload.data?.changed.price] : [],
    );
  send({ type: 'connection_init', payload: { authorization: await issuer.bearer('user_ada') } });
  await eventually(() => expect(messages).toHaveLength(1));
  send({ id: '1', type: 'subscribe', payload: { query } });
  await eventually(() => expect(streams.size).toBe(1));
  publish();
  await eventually(() => expect(prices()).toEqual([1]));

  send({
    type: 'ping',
    payload: { authorization: await issuer.bearer('user_ada', 600, 'beta') },
  });
  await eventually(() => {
    publish();
    return expect(prices()).toContain(2);
  });
  socket.close();
});

it('a label of @override is decided anew for open streams when another supergraph is served', async () => {
  const open = await openStream(router.url, { query }, { headers: { 'x-ring': 'outer' } });
  const prices = () => open.parts().map(({ data }: any) => data.data?.changed.price);
  await eventually(() => expect(streams.size).toBe(1));
  publish();
  await eventually(() => expect(prices()).toEqual([1]));
  // The same again: what is drawn is not the supergraph's.
  for (const [moved, price] of [
    [true, 2],
    [false, 1],
  ] as const) {
    hasMoved = moved;
    await router.reload({ supergraphSdl, transports: { ...transports, old } });
    await eventually(() => {
      publish();
      return expect(prices().at(-1)).toBe(price);
    });
  }
  open.close();
});
