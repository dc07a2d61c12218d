import { randomUUID } from 'node:crypto';
import { eventually } from '@meridian/testkit/eventually';
import { afterEach, expect, test } from 'vitest';
import { untilDue, useShop } from '../testing/shop.ts';

const { orders, catalog, clock, buyer } = useShop();
afterEach(() => catalog.heal());

const ordered = async (name: string, quantity: number) => {
  const variant = catalog.sell(name);
  const ann = buyer();
  await ann.add(variant, quantity);
  const { order } = await ann.place();
  return { ann, variant, orderId: order.id as string };
};
const types = async (orderId: string) => {
  const { rows } = await orders.pool.query('SELECT type FROM outbox WHERE key = $1 ORDER BY id', [orderId]);
  return rows.map(({ type }) => type);
};
const stockDue = async (orderId: string) => {
  const { rows } = await orders.pool.query('SELECT stock_due_at FROM orders WHERE id = $1', [orderId]);
  return rows[0].stock_due_at;
};

test('a cancelled order gives its stock back and is told of', async () => {
  const { ann, variant, orderId } = await ordered('regretted', 3);
  const { order, userErrors } = await ann.cancel(orderId, '  too late  ');
  expect(userErrors).toEqual([]);
  expect(order).toMatchObject({ status: 'CANCELLED', cancelledAt: expect.any(String), allowedActions: [] });
  expect(catalog.onHand(variant)).toBe(10);
  expect(await types(orderId)).toEqual([
    'order.placed.v1',
    'order.status-changed.v1',
    'order.cancelled.v1',
    'order.status-changed.v1',
  ]);
  expect(await stockDue(orderId)).toBeNull();
});

test('five cancellations at once: one wins, the stock goes back once', async () => {
  const { ann, variant, orderId } = await ordered('raced', 2);
  const answers = await Promise.all(Array.from({ length: 5 }, () => ann.cancel(orderId)));
  expect(answers.filter(({ order }) => order)).toHaveLength(1);
  for (const { order, userErrors } of answers)
    if (!order)
      expect(userErrors).toMatchObject([{ __typename: 'OrderNotCancellableError', status: 'CANCELLED' }]);
  expect(catalog.onHand(variant)).toBe(10);
});

test('the same cancellation again gives the same answer', async () => {
  const { ann, orderId } = await ordered('again', 1);
  const key = randomUUID();
  const first = await ann.cancel(orderId, 'no', key);
  expect(await ann.cancel(orderId, 'no', key)).toEqual({ ...first, replayed: true });
  expect((await ann.cancel(orderId, 'other', key)).userErrors).toMatchObject([
    { code: 'IDEMPOTENCY_MISMATCH' },
  ]);
});

test('the order of another is not to be found, a delivered one not to be cancelled, a reason must be given', async () => {
  const { ann, orderId } = await ordered('kept', 1);
  expect((await buyer().cancel(orderId)).userErrors).toMatchObject([
    { code: 'NOT_FOUND', path: ['orderId'] },
  ]);
  expect((await ann.cancel(orderId, '  ')).userErrors).toMatchObject([{ code: 'INVALID', path: ['reason'] }]);
  await orders.pool.query("UPDATE orders SET status = 'DELIVERED' WHERE id = $1", [orderId]);
  expect((await ann.cancel(orderId)).userErrors).toMatchObject([
    { code: 'NOT_CANCELLABLE', status: 'DELIVERED' },
  ]);
});

test.each([
  ['before the stock was back', false],
  ['after the stock was back', true],
])(
  'the catalog goes away %s: the order is cancelled, the recovery sees to the stock',
  async (when, returned) => {
    const { ann, variant, orderId } = await ordered(`away ${when}`, 4);
    catalog.meddle(async (_, effect) => {
      if (returned) effect();
      throw new Error('connection lost');
    });
    expect((await ann.cancel(orderId)).order).toMatchObject({ status: 'CANCELLED' });
    expect(await stockDue(orderId)).not.toBeNull();
    catalog.heal();
    clock.offsetMs += untilDue;
    await eventually(async () => (await stockDue(orderId)) === null);
    expect(catalog.onHand(variant)).toBe(10);
  },
);

test.each([
  ['before it is asked', 'before'],
  ['after it has answered', 'after'],
])('an order cancelled while the catalog is asked, %s, holds no stock in the end', async (_, when) => {
  const variant = catalog.sell(`pending ${when}`);
  const [ann, idempotencyKey] = [buyer(), randomUUID()];
  await ann.add(variant, 3);
  catalog.meddle(async (command, effect) => {
    if (command !== 'takeStock') return effect();
    const cancel = async () => {
      const [{ id }] = await ann.orders(['PENDING']);
      expect((await ann.cancel(id)).order.status).toBe('CANCELLED');
    };
    if (when === 'before') await cancel();
    const answer = effect();
    if (when === 'after') await cancel();
    return answer;
  });
  const { order } = await ann.place({ idempotencyKey });
  expect(order).toMatchObject({ status: 'CANCELLED' });
  expect(catalog.onHand(variant)).toBe(10);
  expect((await ann.cart()).totalQuantity).toBe(3);
  expect(await types(order.id)).toEqual(['order.status-changed.v1']);
});

test('a refused command whose twin finds stock after all leaves none with the rejected order', async () => {
  const variant = catalog.sell('twin', { onHand: 0 });
  const ann = buyer();
  await ann.add(variant);
  catalog.meddle(async (command, effect) => {
    const answer = effect();
    if (command === 'takeStock') {
      catalog.restock(variant, 5);
      effect(); // the same command, late, of a request that was given up
    }
    return answer;
  });
  expect((await ann.place()).order).toBeNull();
  expect(catalog.onHand(variant)).toBe(5);
});
