import { createMetrics } from '@meridian/kernel/metrics';
import { eventually } from '@meridian/testkit/eventually';
import { useTestSubgraph } from '@meridian/testkit/subgraph';
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { createUsers } from '../subgraph.ts';
import { openReceiver, type Received } from '../testing/receiver.ts';
import { changeWebhook, newListener, newOrder, tell, toThisMachine, wake } from '../testing/webhooks.ts';

const metrics = createMetrics('users');
let ahead = 0;
const now = () => new Date(Date.now() + ahead);
const users = useTestSubgraph({
  name: 'users',
  create: (dependencies) => createUsers({ ...dependencies, metrics, webhooks: toThisMachine, now }),
});
const hour = 3_600_000;
/** Lets time pass for those who post. */
const later = async (ms: number) => {
  ahead += ms;
  await wake(users.pool);
};

const listener = (input: object = {}) => newListener(users, input);
const keysOf = (all: Received[]) => all.map(({ data }) => data.orderId);
const verify = (secret: string, { body, headers }: Received) =>
  new Webhook(secret).verify(body, headers as Record<string, string>);

test('an event is posted, signed as the specification says, with the id that the stream gives it', async () => {
  const { receiver, secret, tell, read, admin } = await listener();
  const order = newOrder();
  await tell(order);
  await eventually(() => receiver.all.length === 1);
  const [received] = receiver.all as [Received];
  const history = '{ partnerEvents { nodes { id cursor at data } } }';
  const [event] = (await users.data(history, {}, admin)).partnerEvents.nodes;
  expect(verify(secret, received)).toEqual({
    type: 'order.status-changed.v1',
    timestamp: event.at,
    data: event.data,
    id: event.id,
    cursor: event.cursor,
  });
  expect(received.id).toBe(event.id);
  expect(() => verify('whsec_dGVzdA==', received)).toThrow();
  const [delivery] = await eventually(async () => {
    const { nodes } = (await read()).deliveries;
    return nodes[0]?.status === 'DELIVERED' && nodes;
  });
  expect(delivery).toMatchObject({
    eventId: event.id,
    attempts: 1,
    lastStatus: 204,
    lastError: null,
    nextAttemptAt: null,
  });
});

test('an endpoint gets what its organisation may see, of the types that it wants', async () => {
  const [orders, all] = [await listener({ types: ['order.placed.v1'] }), await listener()];
  const shared = newOrder();
  await orders.tell(newOrder());
  await all.tell(newOrder());
  await tell(users.pool, null, shared);
  await eventually(() => all.receiver.all.length === 2);
  expect(keysOf(all.receiver.all)).toContain(shared);
  expect(orders.receiver.all).toEqual([]);
});

test('one failing subject holds up itself only, and its events come in order', async () => {
  const { receiver, tell } = await listener();
  const [bad, good] = [newOrder(), newOrder()];
  let broken = true;
  receiver.answer = ({ data }) => (broken && data.orderId === bad ? 500 : 204);
  await tell(bad, good, bad, good, bad, good);
  await eventually(() => keysOf(receiver.all).filter((key) => key === good).length === 3);
  await eventually(() => keysOf(receiver.all).includes(bad));
  expect(receiver.all.filter(({ data }) => data.orderId === bad).map(({ data }) => data.step)).toEqual([0]);

  broken = false;
  await later(10_000);
  await eventually(() => keysOf(receiver.all).filter((key) => key === bad).length === 4);
  const steps = (key: string) =>
    receiver.all.filter(({ data }) => data.orderId === key).map(({ data }) => data.step);
  expect(steps(bad)).toEqual([0, 0, 2, 4]);
  expect(steps(good)).toEqual([1, 3, 5]);
  const [first, again] = receiver.all.filter(({ data }) => data.orderId === bad && data.step === 0);
  expect(again?.id).toBe(first?.id);
  expect(again?.body).toBe(first?.body);
});

test('an event that fails to the last attempt is given up, and its subject goes on', async () => {
  const { receiver, tell, read } = await listener();
  const order = newOrder();
  const ofOrder = (step: number) =>
    receiver.all.filter(({ data }) => data.orderId === order && data.step === step);
  receiver.answer = ({ data }) => (data.orderId === order && data.step === 0 ? 503 : 204);
  await tell(order, order);
  for (let attempt = 1; attempt < 10; attempt++) {
    await eventually(() => ofOrder(0).length >= attempt);
    await eventually(async () => (await read()).failingSince);
    // Another subject is well, so that the endpoint is not taken for broken.
    const other = newOrder();
    await tell(other);
    await eventually(() => keysOf(receiver.all).includes(other));
    await eventually(async () => (await read()).failingSince === null);
    await later(30 * hour);
  }
  await eventually(() => ofOrder(1).length === 1);
  expect(ofOrder(0)).toHaveLength(10);
  const first = (await read()).deliveries.nodes.at(-1);
  expect(first).toMatchObject({ status: 'FAILED', attempts: 10, lastStatus: 503 });
  expect(first.lastError).toBe('The receiver answered 503');
  expect((await read()).enabled).toBe(true);
});

test('after five days without a success an endpoint is disabled, which its organisation hears once', async () => {
  const { receiver, tell, read, change, admin, endpointId } = await listener();
  const [one, other] = [newOrder(), newOrder()];
  receiver.answer = () => 500;
  await tell(one);
  await eventually(async () => (await read()).failingSince);
  expect((await read()).enabled).toBe(true);
  await later(5 * 24 * hour);
  await tell(other);
  await eventually(async () => !(await read()).enabled);
  expect(await read()).toMatchObject({ disabledReason: 'FAILING', enabled: false });

  const told = await eventually(async () => {
    const query = '{ partnerEvents(types: ["webhook.disabled.v1"]) { nodes { data subject { id } } } }';
    const { nodes } = (await users.data(query, {}, admin)).partnerEvents;
    return nodes.length > 0 && nodes;
  });
  expect(told).toEqual([
    {
      subject: { id: endpointId },
      data: { endpointId, reason: 'FAILING', failingSince: expect.any(String) },
    },
  ]);

  const heard = receiver.all.length;
  receiver.answer = () => 204;
  await later(24 * hour);
  expect(receiver.all.length).toBe(heard);
  await change('updateWebhookEndpoint', { enabled: true });
  await eventually(() => {
    const keys = keysOf(receiver.all.slice(heard));
    return keys.includes(one) && keys.includes(other);
  });
  await eventually(async () => (await read()).failingSince === null);
});

test('attempts are counted by outcome, and the age of what waits is measured', async () => {
  const { receiver, tell, change } = await listener();
  receiver.answer = () => 500;
  await tell(newOrder());
  const aged = /meridian_webhook_oldest_undelivered_seconds\{[^}]*\} ([1-9]\d*)/;
  await eventually(async () => {
    ahead += 1_000;
    return aged.test(await metrics.metrics());
  });
  const text = await metrics.metrics();
  for (const outcome of ['delivered', 'failed', 'given_up'])
    expect(text).toMatch(new RegExp(`meridian_webhook_attempts_total\\{outcome="${outcome}"[^}]*\\} [1-9]`));
  await change('deleteWebhookEndpoint');
});

test('a receiver that answers 410 wants no more', async () => {
  const { receiver, tell, read } = await listener();
  receiver.answer = () => 410;
  await tell(newOrder());
  await eventually(async () => (await read()).disabledReason === 'GONE');
});

test('while both secrets count deliveries carry both signatures, then the new one only', async () => {
  const { receiver, secret, tell, change } = await listener();
  ahead = 0;
  const { secret: next } = await change('rotateWebhookSecret', { overlapHours: 1 });
  await tell(newOrder());
  await eventually(() => receiver.all.length === 1);
  verify(secret, receiver.all[0] as Received);
  verify(next, receiver.all[0] as Received);
  const { pool } = users;
  await pool.query(
    `UPDATE webhook_endpoints SET previous_secret_until = now() - interval '1 s' WHERE url = $1`,
    [receiver.url],
  );
  await tell(newOrder());
  await eventually(() => receiver.all.length === 2);
  verify(next, receiver.all[1] as Received);
  expect(() => verify(secret, receiver.all[1] as Received)).toThrow();
});

test('everything after a cursor is posted again, with the same ids, and nothing that is to come is lost', async () => {
  const { receiver, tell, read, change } = await listener();
  const orders = Array.from({ length: 5 }, newOrder);
  await tell(...orders);
  await eventually(async () => {
    const { nodes } = (await read()).deliveries;
    return nodes.length === 5 && nodes.every(({ status }: { status: string }) => status === 'DELIVERED');
  });
  const third = (await read()).deliveries.nodes.find(
    ({ eventId }: { eventId: string }) =>
      eventId === receiver.all.find(({ data }) => data.orderId === orders[2])?.id,
  );
  await change('replayWebhook', { after: third.cursor });
  await tell(newOrder());
  await eventually(() => receiver.all.length === 8);
  const again = receiver.all.slice(5);
  expect(keysOf(again)).toEqual(expect.arrayContaining(orders.slice(3)));
  expect(new Set(receiver.all.map(({ id }) => id)).size).toBe(6);
});

test('the log is read in the order of its transactions: 10 comes after 9', async () => {
  const { receiver, endpointId, id } = await listener();
  const order = newOrder();
  const { pool } = users;
  const text = `INSERT INTO partner_events (xid, type, key, data, organisation_id)
    SELECT x::xid8, 'order.status-changed.v1', $1, jsonb_build_object('orderId', $1::text, 'step', x::text), $2
    FROM unnest(ARRAY['9', '10', '99', '100']) x`;
  await pool.query(text, [order, id]);
  await pool.query("UPDATE webhook_endpoints SET cursor_xid = '0', cursor_id = 0 WHERE id = $1", [
    endpointId,
  ]);
  await wake(pool);
  await eventually(() => keysOf(receiver.all).filter((key) => key === order).length === 4);
  const steps = receiver.all.filter(({ data }) => data.orderId === order).map(({ data }) => data.step);
  expect(steps).toEqual(['9', '10', '99', '100']);
});

test('an endpoint that was disabled for longer than the log is kept says that it missed something', async () => {
  const { receiver, tell, change, read } = await listener();
  await change('updateWebhookEndpoint', { enabled: false });
  const [lost, kept] = [newOrder(), newOrder()];
  await tell(lost, kept);
  const { pool } = users;
  await pool.query(
    `WITH gone AS (DELETE FROM partner_events WHERE key = $1 RETURNING xid, id)
     INSERT INTO trimmed_logs (log, xid, id) SELECT 'users.partner_events', xid, id FROM gone`,
    [lost],
  );
  expect((await read()).missedAt).toBeNull();
  await change('updateWebhookEndpoint', { enabled: true });
  await eventually(() => keysOf(receiver.all).includes(kept));
  expect((await read()).missedAt).not.toBeNull();
  expect(keysOf(receiver.all)).toEqual([kept]);
});

test('a log that is longer than what may wait for one endpoint: all of it comes, in order', async () => {
  const { receiver, tell, id, read } = await listener();
  const { rows } = await users.pool.query(
    `INSERT INTO partner_events (type, key, data, organisation_id)
     SELECT 'order.status-changed.v1', 'order_' || n % 50, jsonb_build_object('orderId', 'order_' || n % 50, 'step', n), $1
     FROM generate_series(1, 520) n RETURNING id`,
    [id],
  );
  expect(rows).toHaveLength(520);
  await tell(newOrder());
  await eventually(() => receiver.all.length >= 521, { within: 150_000, every: 50 });
  const last = new Map<string, number>();
  for (const { data } of receiver.all) {
    expect(data.step).toBeGreaterThan(last.get(data.orderId) ?? -1);
    last.set(data.orderId, data.step);
  }
  expect((await read()).failingSince).toBeNull();
});

test('a new endpoint begins after the last event', async () => {
  const { admin, tell, receiver: former } = await listener();
  const [before, after] = [newOrder(), newOrder()];
  await tell(before);
  await eventually(() => former.all.length === 1);
  const receiver = await openReceiver();
  await changeWebhook(users, admin, 'createWebhookEndpoint', { url: receiver.url });
  await tell(after);
  await eventually(() => receiver.all.length > 0 && former.all.length === 2);
  expect(keysOf(receiver.all)).toEqual([after]);
});
