import { orderStatusChanged } from '@meridian/contracts/orders';
import { encodeCursor } from '@meridian/kernel/event-log/position';
import { viewer } from '@meridian/testkit/viewers';
import { expect, test } from 'vitest';
import { type Buyer, useShop } from '../testing/shop.ts';

const { orders, catalog, buyer } = useShop();
const subscription =
  'subscription ($id: ID) { orderStatusChanged(orderId: $id) { from to order { id status } } }';

const publish = ({ type, key, data }: { type: string; key: string; data: object }) =>
  orders.pool.query('INSERT INTO outbox (type, key, data) VALUES ($1, $2, $3)', [type, key, data]);
const ordered = async (one: Buyer): Promise<string> => {
  await one.add(catalog.sell('followed', { onHand: 1_000 }));
  return (await one.place()).order.id;
};
type Change = { from: string; to: string; order: { id: string; status: string } };

/** The frames of a stream up to one that is `enough`. Things happen again and again, until the stream has begun. */
const framesOf = async (
  stream: AsyncIterableIterator<{ data?: unknown }>,
  happen: () => Promise<unknown>,
  enough: (change: Change) => boolean,
) => {
  const changes: Change[] = [];
  let open = true;
  const collect = async () => {
    for await (const { data } of stream) {
      const { orderStatusChanged } = data as { orderStatusChanged: Change };
      changes.push(orderStatusChanged);
      if (enough(orderStatusChanged)) break;
    }
  };
  const collected = collect().finally(() => {
    open = false;
  });
  while (open) await happen();
  await collected;
  return changes;
};

test('a buyer hears of every order of their own, and of no other', async () => {
  const [ann, bob] = [buyer(), buyer()];
  const mine: string[] = [];
  const happen = async () => {
    await ordered(bob);
    const id = await ordered(ann);
    mine.push(id);
    await ann.cancel(id);
  };
  const stream = await orders.listen(subscription, {}, ann.viewer);
  const changes = await framesOf(stream, happen, ({ to }) => to === 'CANCELLED');
  expect(changes.every(({ order }) => mine.includes(order.id))).toBe(true);
  expect(changes.at(-1)).toMatchObject({
    from: 'CONFIRMED',
    to: 'CANCELLED',
    order: { status: 'CANCELLED' },
  });
});

test('who reads orders hears of everyone; one order can be followed alone', async () => {
  const [ann, bob] = [buyer(), buyer()];
  const followed = await ordered(ann);
  const all = await orders.listen(subscription, {}, viewer('user_support', ['orders:read']));
  const heard = await framesOf(
    all,
    () => ordered(bob),
    ({ to }) => to === 'CONFIRMED',
  );
  expect(heard.length).toBeGreaterThan(0);

  const other = await ordered(ann);
  const told = (orderId: string) =>
    publish(
      orderStatusChanged.of(orderId, { orderId, customerId: ann.id, from: 'CONFIRMED', to: 'DELIVERED' }),
    );
  const one = await orders.listen(subscription, { id: followed }, ann.viewer);
  const happen = async () => {
    await told(other);
    await told(followed);
  };
  const changes = await framesOf(one, happen, () => true);
  expect(changes).toMatchObject([{ to: 'DELIVERED', order: { id: followed } }]);
});

test('the order of another is not to be found, and nobody follows nothing', async () => {
  const followed = await ordered(buyer());
  const refused = async (variables: object, who = buyer().viewer as ReturnType<typeof viewer> | null) => {
    const stream = await orders.listen(subscription, { ...variables }, who);
    const frame = await stream.next();
    await stream.return?.();
    return frame.value?.errors?.[0]?.extensions?.['code'];
  };
  expect(await refused({ id: followed })).toBe('NOT_FOUND');
  expect(await refused({ id: 'order_none' })).toBe('NOT_FOUND');
  expect(await refused({}, null)).toBe('UNAUTHENTICATED');
});

test('a buyer who comes back with a cursor is told every step since, of their own orders only', async () => {
  const [ann, bob] = [buyer(), buyer()];
  const query =
    'subscription ($after: String) { orderStatusChanged(after: $after) { cursor to order { id } } }';
  const steps = async (after: string, count: number) => {
    const stream = await orders.listen(query, { after }, ann.viewer);
    const told: { cursor: string; to: string; order: { id: string } }[] = [];
    while (told.length < count) told.push((await stream.next()).value.data.orderStatusChanged);
    await stream.return?.();
    return told;
  };
  const first = await ordered(ann);
  await ordered(bob);
  await ann.cancel(first);
  const second = await ordered(ann);
  const all = await steps(encodeCursor('orders.outbox', { xid: 0n, id: 0n }), 3);
  expect(all.map(({ to, order }) => [to, order.id])).toEqual([
    ['CONFIRMED', first],
    ['CANCELLED', first],
    ['CONFIRMED', second],
  ]);
  expect(await steps(all[0]?.cursor ?? '', 2)).toEqual(all.slice(1));
});
