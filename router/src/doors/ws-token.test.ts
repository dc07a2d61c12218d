import { eventually } from '@meridian/testkit/eventually';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bareSocket } from '../testing/bare-socket.ts';
import { type DemoRouter, demoRouter } from '../testing/demo-router.ts';
import { testIssuer } from '../testing/issuer.ts';

const issuer = await testIssuer();
const { bearer } = issuer;
let router: DemoRouter;
beforeAll(async () => {
  router = await demoRouter({ auth: issuer.auth });
  // So that no token of a few seconds ends while the subscription is being planned.
  const first = await subscriber(await bearer('user_ada'));
  first.socket.terminate();
  await eventually(() => expect(router.log.readers.size).toBe(0));
});
afterEach(() => eventually(() => expect(router.log.readers.size).toBe(0)));
afterAll(async () => {
  await router.stop();
  await issuer.remove();
});

const query = 'subscription { stockLog { step item { askedBy } } }';

/** A client with one subscription, `id: "1"`. */
async function subscriber(authorization: string) {
  const client = await bareSocket(router.url);
  client.send({ type: 'connection_init', payload: { authorization } });
  await eventually(() => expect(client.messages).toHaveLength(1));
  client.send({ id: '1', type: 'subscribe', payload: { query } });
  await eventually(() => expect(router.log.readers.size).toBe(1));
  const ofType = (wanted: string) => client.messages.filter(({ type }: any) => type === wanted) as any[];
  return {
    ...client,
    renew: async (payload: unknown) => client.send({ type: 'ping', payload }),
    ofType,
    events: () => ofType('next').map(({ payload }) => payload.data.stockLog),
  };
}

describe('a token that ends', () => {
  it('is announced, then ends every subscription with a reason, and the connection', async () => {
    const client = await subscriber(await bearer('user_ada', 3));
    expect(await client.closed).toBe(4403);
    const [, warning, ...rest] = client.messages as any[];
    expect(warning).toEqual({
      type: 'ping',
      payload: { type: 'token-expiring', expiresAt: expect.stringMatching(/^\d{4}-.*Z$/) },
    });
    expect(rest).toMatchObject([
      { id: '1', type: 'error', payload: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    ]);
  });

  it('can be renewed by a ping: the stream and the connection go on', async () => {
    const client = await subscriber(await bearer('user_ada', 3));
    await eventually(() => expect(client.ofType('ping')).toHaveLength(1));
    await client.renew({ Authorization: await bearer('user_ada') });
    await eventually(() => expect(client.ofType('pong')).toHaveLength(1));
    const [{ payload }] = client.ofType('pong');
    expect(Date.parse(payload.expiresAt)).toBeGreaterThan(Date.now() + 500_000);
    const ended = Date.parse(client.ofType('ping')[0].payload.expiresAt);
    await eventually(() => expect(Date.now()).toBeGreaterThan(ended));
    router.log.append('1');
    await eventually(() => expect(client.events()).toHaveLength(1));
    expect(client.ofType('error')).toEqual([]);
    client.socket.close();
  });
});

describe('a renewed token', () => {
  it('with other scopes moves the stream to them, after its last event', async () => {
    const client = await subscriber(await bearer('user_ada'));
    const [before, after] = [router.log.append('1'), router.log.end];
    await eventually(() => expect(client.events()).toHaveLength(1));
    await client.renew({ authorization: await bearer('user_ada', 600, 'stock:write') });
    await eventually(() => expect(client.ofType('pong')).toHaveLength(1));
    router.log.append('1');
    await eventually(() => expect(client.events()).toHaveLength(2));
    expect(client.events()).toEqual([
      { step: before.step, item: { askedBy: 'user_ada stock:read' } },
      { step: before.step + 1, item: { askedBy: 'user_ada stock:write' } },
    ]);
    expect(router.calls.findLast(({ query }) => query.startsWith('subscription'))?.variables).toEqual({
      __after: before.cursor,
    });
    expect(after()).toBe(`c${before.step + 1}`);
    client.socket.close();
  });

  it.each([
    ['is not valid', async () => 'Bearer a.b.c'],
    ['is of another viewer', () => bearer('user_bob')],
  ])('that %s is refused, and the one before stays', async (_what, token) => {
    const client = await subscriber(await bearer('user_ada'));
    await client.renew({ authorization: await token() });
    await eventually(() =>
      expect(client.ofType('pong')).toMatchObject([
        { payload: { error: { extensions: { code: 'UNAUTHENTICATED' } } } },
      ]),
    );
    router.log.append('1');
    await eventually(() =>
      expect(client.events()).toMatchObject([{ item: { askedBy: 'user_ada stock:read' } }]),
    );
    client.socket.close();
  });

  it('is refused before the connection is acknowledged', async () => {
    const client = await bareSocket(router.url);
    client.send({ type: 'ping', payload: { authorization: await bearer('user_ada') } });
    await eventually(() =>
      expect(client.messages).toMatchObject([
        { type: 'pong', payload: { error: { extensions: { code: 'UNAUTHENTICATED' } } } },
      ]),
    );
    client.socket.close();
  });
});

it('a ping without a token gets its payload back', async () => {
  const client = await bareSocket(router.url);
  client.send({ type: 'ping' });
  client.send({ type: 'ping', payload: { at: 7 } });
  await eventually(() =>
    expect(client.messages).toEqual([{ type: 'pong' }, { type: 'pong', payload: { at: 7 } }]),
  );
  client.socket.close();
});
