import { eventually } from '@meridian/testkit/eventually';
import { useTestSubgraph } from '@meridian/testkit/subgraph';
import { expect, test } from 'vitest';
import { createUsers } from '../subgraph.ts';
import { newOrganisation } from '../testing/organisations.ts';
import { newListener, newOrder, readWebhook, toThisMachine, wake } from '../testing/webhooks.ts';

let ahead = 0;
const now = () => new Date(Date.now() + ahead);
const users = useTestSubgraph({
  name: 'users',
  create: (dependencies) => createUsers({ ...dependencies, webhooks: toThisMachine, now }),
});
const [minute, hour] = [60_000, 3_600_000];
/** Lets time pass for those who post. */
const later = async (ms: number) => {
  ahead += ms;
  await wake(users.pool);
};
const newest = async (read: () => Promise<any>) => (await read()).deliveries.nodes[0];

test('every attempt is kept: when, for how long, what was answered and what was wrong', async () => {
  const { receiver, tell, read, endpointId } = await newListener(users);
  const answers = [500, 302, 204];
  receiver.answer = () => answers[receiver.all.length - 1] ?? 204;
  await tell(newOrder());
  for (const attempts of [1, 2]) {
    await eventually(async () => (await newest(read)).attemptLog.nodes.length >= attempts);
    await later(hour);
  }
  const delivery = await eventually(async () => {
    const found = await newest(read);
    return found.status === 'DELIVERED' && found;
  });
  expect(delivery.attemptLog).toEqual({
    nodes: [
      { status: 204, error: null, at: delivery.lastAttemptAt, durationMs: expect.any(Number) },
      expect.objectContaining({ status: 302, error: 'The receiver answered 302' }),
      expect.objectContaining({ status: 500, error: 'The receiver answered 500' }),
    ],
    pageInfo: { hasNextPage: false },
  });
  const at = delivery.attemptLog.nodes.map((attempt: { at: string }) => attempt.at);
  expect(at).toEqual(at.toSorted().toReversed());
  // Neither what was sent nor who answered is in it.
  const { rows } = await users.pool.query('SELECT string_agg(a::text, $1) AS text FROM webhook_attempts a', [
    '',
  ]);
  for (const secret of [receiver.url, 'CONFIRMED', 'whsec_']) expect(rows[0].text).not.toContain(secret);

  const stranger = (await newOrganisation(users.pool)).admin;
  expect(await readWebhook(users, stranger, endpointId)).toBeNull();
});

test('attempts are paged, newest first', async () => {
  const { receiver, tell, read, admin, endpointId } = await newListener(users);
  receiver.answer = () => 500;
  await tell(newOrder());
  for (const attempts of [1, 2, 3]) {
    if (attempts > 1) await later(hour);
    await eventually(async () => (await newest(read)).attemptLog.nodes.length >= attempts);
  }
  const query = `query ($id: ID!, $after: String) { node(id: $id) { ... on WebhookEndpoint { deliveries { nodes {
    attemptLog(first: 2, after: $after) { nodes { at } pageInfo { hasNextPage endCursor } } } } } } }`;
  const page = async (after: string | null) =>
    (await users.data(query, { id: endpointId, after }, admin)).node.deliveries.nodes[0].attemptLog;
  const first = await page(null);
  expect(first.pageInfo.hasNextPage).toBe(true);
  const second = await page(first.pageInfo.endCursor);
  const { attemptLog } = await newest(read);
  expect([...first.nodes, ...second.nodes]).toEqual(
    attemptLog.nodes.map(({ at }: { at: string }) => ({ at })),
  );
});

test('of an event that is tried without end the newest attempts are kept', async () => {
  // Not what is told of its being disabled.
  const { receiver, tell, read, change } = await newListener(users, { types: ['order.status-changed.v1'] });
  receiver.answer = () => 410;
  await tell(newOrder());
  for (let attempt = 1; attempt <= 23; attempt++) {
    await eventually(async () => receiver.all.length === attempt && !(await read()).enabled);
    if (attempt === 23) receiver.answer = () => 204;
    await change('updateWebhookEndpoint', { enabled: true });
  }
  await eventually(async () => (await newest(read)).status === 'DELIVERED');
  const { attemptLog } = await newest(read);
  expect(attemptLog.nodes).toHaveLength(20);
  expect(attemptLog.nodes[0].status).toBe(204);
});

test.each([429, 503])(
  'a receiver that answers %d is left in peace for as long as it asks',
  async (status) => {
    const { receiver, tell, read } = await newListener(users);
    const [limited, other] = [newOrder(), newOrder()];
    receiver.answer = () => ({ status, headers: { 'retry-after': '600' } });
    await tell(limited);
    const paused = await eventually(async () => {
      const endpoint = await read();
      return endpoint.pausedUntil && endpoint;
    });
    expect(Date.parse(paused.pausedUntil) - now().getTime()).toBeGreaterThan(9 * minute);
    expect(Date.parse(paused.deliveries.nodes[0].nextAttemptAt)).toBeGreaterThanOrEqual(
      Date.parse(paused.pausedUntil),
    );

    receiver.answer = () => 204;
    const { receiver: witness, tell: tellWitness } = await newListener(users);
    await later(5 * minute);
    // Another subject waits, too: it is the receiver that asked, and not one event.
    await tell(other);
    await tellWitness(newOrder());
    await eventually(() => witness.all.length === 1);
    await eventually(async () => (await read()).deliveries.nodes.length === 2);
    expect(receiver.all).toHaveLength(1);
    await later(8 * minute);
    await eventually(() => receiver.all.length === 3);
  },
);

test('a date counts as seconds do; a pause of years is one of a day', async () => {
  const { receiver, tell, read, change } = await newListener(users);
  const asked = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 30 * minute);
  receiver.answer = () => ({ status: 503, headers: { 'retry-after': asked.toUTCString() } });
  await tell(newOrder());
  const pause = async () => Date.parse((await read()).pausedUntil ?? '') - now().getTime();
  await eventually(async () => (await pause()) > 25 * minute);
  expect(await pause()).toBeLessThan(31 * minute);

  receiver.answer = () => ({ status: 429, headers: { 'retry-after': '999999999' } });
  await later(40 * minute);
  await eventually(async () => (await pause()) > 23 * hour);
  expect(await pause()).toBeLessThan(24 * hour + minute);
  // A receiver elsewhere asked for nothing.
  await change('updateWebhookEndpoint', { url: `${receiver.url}/elsewhere` });
  expect((await read()).pausedUntil).toBeNull();
});

test('with any other status Retry-After says nothing', async () => {
  const { receiver, tell, read } = await newListener(users);
  receiver.answer = () => ({ status: 500, headers: { 'retry-after': '600' } });
  await tell(newOrder());
  await eventually(async () => (await read()).failingSince);
  expect((await read()).pausedUntil).toBeNull();
});
