import { rideStatusChanged } from '@meridian/contracts/rides';
import type { BusMessage } from '@meridian/kernel/bus/bus';
import { messageId } from '@meridian/kernel/bus/message-id';
import { newId } from '@meridian/kernel/ids';
import { eventually } from '@meridian/testkit/eventually';
import { expect, test } from 'vitest';
import { useShop } from '../testing/shop.ts';

const { orders, catalog, buyer } = useShop({ withBus: true });

let told = 0;
const step = (orderId: string | null, riderId: string, to: 'IN_PROGRESS' | 'COMPLETED'): BusMessage => {
  const rideId = newId('ride');
  const data = { rideId, riderId, driverId: newId('driver'), orderId, from: null, to, version: 4 };
  const id = messageId('rides', { xid: String(++told), id: '1' });
  return { id, source: 'rides', ...rideStatusChanged.of(rideId, data), at: new Date() };
};

/** Somebody with one order, confirmed. */
async function ordered() {
  const ann = buyer();
  await ann.add(catalog.sell('tea'));
  const { order } = await ann.place();
  return { ann, orderId: order.id as string };
}
const statusOf = async (orderId: string) =>
  (await orders.pool.query('SELECT status FROM orders WHERE id = $1', [orderId])).rows[0]?.status;
const handled = async ({ id }: BusMessage) =>
  (await orders.pool.query('SELECT FROM inbox WHERE message_id = $1', [id])).rowCount === 1;
const toldOf = async (orderId: string) => {
  const { rows } = await orders.pool.query(
    "SELECT data->>'to' AS to FROM outbox WHERE key = $1 AND type = 'order.status-changed.v1' ORDER BY id",
    [orderId],
  );
  return rows.map(({ to }) => to);
};

test('an order is delivered when its ride has arrived, and told so once, however often that is heard', async () => {
  const { ann, orderId } = await ordered();
  const arrived = step(orderId, ann.id, 'COMPLETED');
  const again = step(orderId, ann.id, 'COMPLETED');
  await orders.bus.send([step(orderId, ann.id, 'IN_PROGRESS'), arrived]);
  await eventually(async () => (await statusOf(orderId)) === 'DELIVERED');
  await orders.bus.send([arrived, again]);
  await eventually(() => handled(again));
  expect(await toldOf(orderId)).toEqual(['CONFIRMED', 'DELIVERED']);
  expect((await ann.orders())[0]).toMatchObject({ id: orderId, status: 'DELIVERED', allowedActions: [] });
});

test('an order that was cancelled on the way stays so', async () => {
  const { ann, orderId } = await ordered();
  await ann.cancel(orderId);
  const arrived = step(orderId, ann.id, 'COMPLETED');
  await orders.bus.send([arrived]);
  await eventually(() => handled(arrived));
  expect(await statusOf(orderId)).toBe('CANCELLED');
});

test("a ride of somebody else delivers nobody's order", async () => {
  const { orderId } = await ordered();
  const arrived = step(orderId, newId('user'), 'COMPLETED');
  await orders.bus.send([arrived]);
  await eventually(() => handled(arrived));
  expect(await statusOf(orderId)).toBe('CONFIRMED');
});
