import { eventually } from '@meridian/testkit/eventually';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bareSocket } from '../testing/bare-socket.ts';
import { type DemoRouter, demoRouter } from '../testing/demo-router.ts';

let router: DemoRouter;
beforeAll(async () => {
  router = await demoRouter();
});
afterAll(() => router.stop());

const pings = 40;
const padding = 'x'.repeat(900_000);

/** Signs in, then asks for far more than the buffers between two sockets hold, and last of all for something else. */
async function flood({ isAsleep }: { isAsleep: boolean }) {
  const client = await bareSocket(router.url);
  client.send({ type: 'connection_init' });
  await eventually(() => expect(client.messages).toHaveLength(1));
  if (isAsleep) client.socket.pause();
  for (let n = 0; n < pings; n++) client.send({ type: 'ping', payload: { padding } });
  client.send({ id: '1', type: 'subscribe', payload: { query: '{ caller }' } });
  return { ...client, isAnswered: () => client.messages.length === pings + 3 };
}

it('a client that asks and does not read is read no further, until it does', async () => {
  const asleep = await flood({ isAsleep: true });
  // As much from somebody who reads: by then all of the first would have been read, too.
  const awake = await flood({ isAsleep: false });
  await eventually(() => expect(awake.isAnswered()).toBe(true));
  expect(router.calls).toHaveLength(1);
  asleep.socket.resume();
  await eventually(() => expect(asleep.isAnswered()).toBe(true));
  expect(router.calls).toHaveLength(2);
  for (const { socket } of [asleep, awake]) socket.terminate();
});
