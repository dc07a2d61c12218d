import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { eventually } from '@meridian/testkit/eventually';
import { describe, expect, it } from 'vitest';
import { routerDefaults } from '../../config.ts';
import { demoRouter, demoSupergraph } from '../../testing/demo-router.ts';
import { multipart, openStream, sse } from '../../testing/open-stream.ts';
import { useDemoRouter } from '../../testing/use-demo-router.ts';
import { unacknowledged } from './unacknowledged.ts';

/** Twice as long as TCP may take to acknowledge, so that no client that is there is taken for one that vanished. */
const heartbeatMs = 500;
const { router } = await useDemoRouter({ connections: { ...routerDefaults.connections, heartbeatMs } });
const { router: calmRouter, bearer } = await useDemoRouter();

const stockChanged = { query: 'subscription { stockChanged(id: "1") { stock } }' };
const stockLog = { query: 'subscription { stockLog { step } }' };

/** A client that sends a request and then does what a test wants with its connection. */
async function bareRequest(query: string) {
  const { port, host } = new URL(router.url);
  const socket = connect(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  const body = JSON.stringify({ query });
  socket.write(
    [
      'POST /graphql HTTP/1.1',
      `Host: ${host}`,
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      `Accept: ${sse}`,
      '',
      body,
    ].join('\r\n'),
  );
  return socket;
}

it.each([
  ['Server-Sent Events', sse, ':\n\n:\n\n:\n\n'],
  [
    'multipart',
    multipart,
    '--graphql\r\ncontent-type: application/json\r\n\r\n{}\r\n--graphql\r\ncontent-type: application/json\r\n\r\n{}',
  ],
])('a stream by %s has heartbeats', async (_name, accept, beats) => {
  const stream = await openStream(router.url, stockChanged, { accept });
  await eventually(() => expect(stream.text()).toContain(beats));
  stream.close();
});

describe('a client', () => {
  it('that is gone is noticed at once', async () => {
    const socket = await bareRequest(stockChanged.query);
    await eventually(() => expect(router.listeners.size).toBe(1));
    socket.destroy();
    await eventually(() => expect(router.listeners.size).toBe(0));
  });

  it('that has stopped reading is dropped by the heartbeat, and holds up nobody', async () => {
    const dead = await bareRequest('subscription { stockChanged(id: "1") { padding(length: 5000000) } }');
    dead.pause();
    const live = await openStream(router.url, stockChanged);
    await eventually(() => expect(router.listeners.size).toBe(2));
    for (let level = 1; level <= 5; level++) router.publish('1', level);
    await eventually(() => expect(live.parts()).toHaveLength(5));
    await eventually(() => expect(router.listeners.size).toBe(1));
    live.close();
    dead.destroy();
  });
});

/** On a system that does not tell what was acknowledged, only a full buffer shows it. */
it.runIf(existsSync('/proc/self/net/tcp'))(
  'a client that takes nothing is dropped although all that waits for it fits into the buffers of the system',
  async () => {
    const dead = await bareRequest('subscription { stockChanged(id: "1") { padding(length: 50000) } }');
    dead.pause();
    await eventually(() => expect(router.listeners.size).toBe(1));
    // As much as fills what its own side keeps, and no more. What waits for a moment only is acknowledged late.
    let level = 0;
    await eventually(async () => {
      const sent = [...(await unacknowledged()).keys()];
      const isWaiting = sent.some((name) => name.endsWith(`${dead.localAddress} ${dead.localPort}`));
      if (!isWaiting && router.listeners.size > 0) router.publish('1', ++level);
      return expect(router.listeners.size).toBe(0);
    });
    expect(level).toBeLessThan(20);
    dead.destroy();
  },
);

describe('a token that ends during a stream', () => {
  it.each([
    ['Server-Sent Events', sse],
    ['multipart', multipart],
  ])('is told before, by %s, and ends the stream with UNAUTHENTICATED', async (name, accept) => {
    const authorization = await bearer('user_ada', 1);
    const stream = await openStream(calmRouter.url, stockChanged, { accept, headers: { authorization } });
    expect(await stream.ended).toBe('ended');
    const warning = { data: null, extensions: { tokenExpiring: { expiresAt: expect.stringMatching(/Z$/) } } };
    const errors = [{ extensions: { code: 'UNAUTHENTICATED' } }];
    expect(stream.parts()).toMatchObject(
      name === 'multipart'
        ? [{ data: { payload: warning } }, { data: { payload: null, errors } }]
        : [{ event: 'next', data: warning }, { event: 'next', data: { errors } }, { event: 'complete' }],
    );
  });

  it('is not there where the caller is anonymous', async () => {
    const stream = await openStream(router.url, stockChanged);
    await eventually(() => expect(router.listeners.size).toBe(1));
    router.publish('1', 7);
    await eventually(() => expect(stream.parts()).toHaveLength(1));
    stream.close();
  });
});

describe('a router that stops', () => {
  const goingAway = (resumeFrom: string) => [{ extensions: { code: 'GOING_AWAY', resumeFrom } }];

  it.each([
    ['Server-Sent Events', sse],
    ['multipart', multipart],
  ])(
    'ends streams by %s with where to resume, and does not wait for their connections',
    async (name, accept) => {
      const leaving = await demoRouter({ drainMs: 60_000 });
      const stream = await openStream(leaving.url, stockLog, { accept });
      await eventually(() => expect(leaving.log.readers.size).toBe(1));
      leaving.log.append('1');
      await eventually(() => expect(stream.parts()).toHaveLength(1));
      await leaving.stop();
      expect(await stream.ended).toBe('ended');
      const last = stream.parts().slice(1);
      // Without `complete`, so that clients come again.
      if (name !== 'multipart')
        expect(last).toMatchObject([{ event: 'next', data: { errors: goingAway('c1') } }]);
      else expect(last).toMatchObject([{ data: { payload: null, errors: goingAway('c1') } }]);
      expect(leaving.log.readers.size).toBe(0);
    },
  );
});

describe('another supergraph', () => {
  it.each([
    ['Server-Sent Events', sse],
    ['multipart', multipart],
  ])(
    'leaves streams by %s open that it can serve, and says of others why it cannot',
    async (name, accept) => {
      const swapped = await demoRouter();
      const kept = await openStream(swapped.url, stockLog, { accept });
      const lost = await openStream(
        swapped.url,
        { query: 'subscription { stockLog { item { name } } }' },
        { accept },
      );
      await eventually(() => expect(swapped.log.readers.size).toBe(2));
      const supergraphSdl = demoSupergraph().replace(/^ {2}name: String.*\n/m, '');
      await swapped.reload({ supergraphSdl, transports: swapped.transports });
      expect(await lost.ended).toBe('ended');
      const errors = [{ extensions: { code: 'SUBSCRIPTION_INVALIDATED' } }];
      expect(lost.parts()[0]).toMatchObject({
        data: name === 'multipart' ? { payload: null, errors } : { errors },
      });
      swapped.log.append('1');
      await eventually(() => expect(kept.parts()).toHaveLength(1));
      kept.close();
      await swapped.stop();
    },
  );
});
