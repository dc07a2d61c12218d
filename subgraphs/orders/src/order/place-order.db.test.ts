import { randomUUID } from 'node:crypto';
import { eventually } from '@meridian/testkit/eventually';
import { afterEach, expect, test } from 'vitest';
import { untilDue, useShop } from '../testing/shop.ts';

const { orders, catalog, clock, buyer } = useShop();
afterEach(() => catalog.heal());

const events = async (orderId: string) => {
  const { rows } = await orders.pool.query('SELECT type, data FROM outbox WHERE key = $1 ORDER BY id', [
    orderId,
  ]);
  return rows;
};
const unavailable = { extensions: { code: 'SUBGRAPH_UNAVAILABLE' } };

test('an order takes the stock, empties the cart and is told of', async () => {
  const [tea, cup] = [catalog.sell('tea', { priceMinor: 500 }), catalog.sell('cup', { priceMinor: 1_200 })];
  const ann = buyer();
  await ann.add(tea, 3);
  await ann.add(cup);
  const { order, replayed, userErrors } = await ann.place({ expectedSubtotalMinor: 2_700 });
  expect({ replayed, userErrors }).toEqual({ replayed: false, userErrors: [] });
  expect(order).toMatchObject({
    number: expect.stringMatching(/^\d{6}-[0-9A-Z]{8}$/),
    status: 'CONFIRMED',
    total: { amountMinor: 2_700, currency: 'EUR' },
    allowedActions: ['CANCEL'],
    lines: [
      {
        position: 1,
        sku: 'SKU-tea',
        productName: 'Product tea',
        quantity: 3,
        lineTotal: { amountMinor: 1_500 },
      },
      { position: 2, sku: 'SKU-cup', variantName: 'cup', quantity: 1, variant: { id: cup } },
    ],
  });
  expect([catalog.onHand(tea), catalog.onHand(cup)]).toEqual([7, 9]);
  expect((await ann.cart()).lines).toEqual([]);
  expect(await events(order.id)).toMatchObject([
    { type: 'order.placed.v1', data: { customerId: ann.id, total: { amountMinor: 2_700 } } },
    { type: 'order.status-changed.v1', data: { from: 'PENDING', to: 'CONFIRMED' } },
  ]);
});

test('the same request again, at once or later, gives the same order', async () => {
  const tea = catalog.sell('again');
  const [ann, idempotencyKey] = [buyer(), randomUUID()];
  await ann.add(tea, 2);
  const answers = await Promise.all(Array.from({ length: 8 }, () => ann.place({ idempotencyKey })));
  expect(new Set(answers.map(({ order }) => order.id)).size).toBe(1);
  expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
  await ann.add(tea);
  expect((await ann.place({ idempotencyKey })).order.id).toBe(answers[0].order.id);
  expect(catalog.onHand(tea)).toBe(8);
});

test('a cart that is ordered six times at once, by other keys, is ordered once', async () => {
  const tea = catalog.sell('clicked');
  const ann = buyer();
  await ann.add(tea, 2);
  const answers = await Promise.all(Array.from({ length: 6 }, () => ann.place()));
  expect(answers.filter(({ order }) => order)).toHaveLength(1);
  for (const { order, userErrors } of answers)
    if (!order)
      expect(userErrors).toMatchObject([{ code: 'INVALID', message: expect.stringContaining('empty') }]);
  expect(catalog.onHand(tea)).toBe(8);
});

test('fifteen buyers race for seven: seven get one, the others are told, and orders and stock agree', async () => {
  const tea = catalog.sell('scarce', { onHand: 7 });
  const buyers = Array.from({ length: 15 }, buyer);
  await Promise.all(buyers.map((one) => one.add(tea)));
  const answers = await Promise.all(buyers.map((one) => one.place()));
  expect(answers.filter(({ order }) => order?.status === 'CONFIRMED')).toHaveLength(7);
  expect(catalog.onHand(tea)).toBe(0);
  for (const { order, userErrors } of answers)
    if (!order)
      expect(userErrors).toMatchObject([
        {
          __typename: 'InsufficientStockError',
          code: 'INSUFFICIENT_STOCK',
          variant: { id: tea },
          available: 0,
        },
      ]);
});

test('what is short refuses the whole order; the cart is kept, and nothing of it can be taken later', async () => {
  const [tea, cup] = [catalog.sell('plenty'), catalog.sell('short', { onHand: 1 })];
  const ann = buyer();
  await ann.add(tea, 2);
  await ann.add(cup, 2);
  const { order, userErrors } = await ann.place();
  expect(order).toBeNull();
  expect(userErrors).toMatchObject([{ variant: { id: cup }, available: 1 }]);
  expect([catalog.onHand(tea), catalog.onHand(cup)]).toEqual([10, 1]);
  expect((await ann.cart()).totalQuantity).toBe(4);
  expect(await ann.orders()).toEqual([]);
  const [rejected] = await ann.orders(['REJECTED']);
  expect(rejected).toMatchObject({ status: 'REJECTED', allowedActions: [] });
  expect(catalog.carriedOut.slice(-2)).toEqual(['takeStock', 'returnStock']);
  const { rows } = await orders.pool.query('SELECT stock_due_at FROM orders WHERE id = $1', [rejected.id]);
  expect(rows).toEqual([{ stock_due_at: null }]);
});

test('a changed price refuses the order and shows itself in the cart; at that price it can be ordered', async () => {
  const tea = catalog.sell('dearer', { priceMinor: 500 });
  const ann = buyer();
  await ann.add(tea, 2);
  catalog.setPrice(tea, 700);
  const idempotencyKey = randomUUID();
  const refused = await ann.place({ idempotencyKey });
  expect(refused).toMatchObject({
    order: null,
    userErrors: [
      {
        __typename: 'PriceChangedError',
        variant: { id: tea },
        quoted: { amountMinor: 500 },
        current: { amountMinor: 700 },
      },
    ],
  });
  expect(await ann.place({ idempotencyKey })).toEqual({ ...refused, replayed: true });
  expect((await ann.cart()).lines).toMatchObject([{ unitPrice: { amountMinor: 700 }, priceVersion: 2 }]);
  expect((await ann.place()).order).toMatchObject({ status: 'CONFIRMED', total: { amountMinor: 1_400 } });
});

test('the buyer agrees to a subtotal, not to whatever the cart has become', async () => {
  const tea = catalog.sell('agreed', { priceMinor: 500 });
  const ann = buyer();
  await ann.add(tea, 2);
  expect(await ann.place({ expectedSubtotalMinor: 500 })).toMatchObject({
    order: null,
    userErrors: [{ code: 'CART_CHANGED', path: ['expectedSubtotalMinor'] }],
  });
  expect(catalog.onHand(tea)).toBe(10);
});

test('what comes into the cart while the stock is asked for stays there', async () => {
  const [tea, cup] = [catalog.sell('asked'), catalog.sell('meanwhile')];
  const ann = buyer();
  await ann.add(tea, 2);
  catalog.meddle(async (command, effect) => {
    if (command === 'takeStock') {
      catalog.heal();
      await ann.add(tea);
      await ann.add(cup);
    }
    return effect();
  });
  expect((await ann.place()).order.lines).toHaveLength(1);
  expect(await ann.cart()).toMatchObject({
    lines: [
      { quantity: 1, variant: { id: tea } },
      { quantity: 1, variant: { id: cup } },
    ],
  });
});

test.each([
  ['before the stock was taken', false],
  ['after the stock was taken', true],
])('the catalog goes away %s: the order is pending, the same request again ends it', async (when, taken) => {
  const tea = catalog.sell(`away ${when}`);
  const [ann, idempotencyKey] = [buyer(), randomUUID()];
  await ann.add(tea, 4);
  catalog.meddle(async (_, effect) => {
    if (taken) effect();
    throw new Error('connection lost');
  });
  await expect(ann.place({ idempotencyKey })).rejects.toMatchObject(unavailable);
  expect(await ann.orders()).toMatchObject([{ status: 'PENDING' }]);
  expect((await ann.cart()).totalQuantity).toBe(4);
  await expect(ann.place()).rejects.toMatchObject(unavailable);

  catalog.heal();
  expect(await ann.place({ idempotencyKey })).toMatchObject({
    order: { status: 'CONFIRMED' },
    replayed: true,
  });
  expect(catalog.onHand(tea)).toBe(6);
  expect((await ann.cart()).totalQuantity).toBe(0);
  expect(await ann.orders()).toHaveLength(1);
});

test('while the catalog is away, what has its answer already gets it again', async () => {
  const tea = catalog.sell('known');
  const [ann, added, placed] = [buyer(), randomUUID(), randomUUID()];
  await ann.add(tea, 1, added);
  const { order } = await ann.place({ idempotencyKey: placed });
  await ann.add(tea);
  catalog.meddle(async () => {
    throw new Error('connection lost');
  });
  await expect(ann.place()).rejects.toMatchObject(unavailable);
  expect(await ann.add(tea, 1, added)).toMatchObject({ replayed: true, userErrors: [] });
  expect(await ann.place({ idempotencyKey: placed })).toMatchObject({
    order: { id: order.id },
    replayed: true,
  });
  await expect(ann.add(tea)).rejects.toMatchObject(unavailable);
});

test('nobody asks again: the recovery ends the orders, each once', async () => {
  const tea = catalog.sell('forgotten', { onHand: 9 });
  const buyers = Array.from({ length: 12 }, buyer);
  await Promise.all(buyers.map((one) => one.add(tea)));
  catalog.meddle(async (_, effect) => {
    effect();
    throw new Error('connection lost');
  });
  for (const one of buyers) await expect(one.place()).rejects.toMatchObject(unavailable);
  catalog.heal();
  clock.offsetMs += untilDue;
  const statuses = await eventually(async () => {
    const all = (
      await Promise.all(buyers.map((one) => one.orders(['PENDING', 'CONFIRMED', 'REJECTED'])))
    ).flat();
    return all.every(({ status }) => status !== 'PENDING') && all.map(({ status }) => status);
  });
  expect(statuses.filter((status) => status === 'CONFIRMED')).toHaveLength(9);
  expect(statuses.filter((status) => status === 'REJECTED')).toHaveLength(3);
  expect(catalog.onHand(tea)).toBe(0);
});

test('an order that is not yet due is left to the request that placed it', async () => {
  const ann = buyer();
  await ann.add(catalog.sell('fresh'));
  const gate = Promise.withResolvers<void>();
  const commands: string[] = [];
  catalog.meddle(async (command, effect) => {
    commands.push(command);
    await gate.promise;
    return effect();
  });
  const placing = ann.place();
  await eventually(() => commands.length > 0);
  const { rows } = await orders.pool.query(
    "SELECT stock_due_at - placed_at >= '10 s' AS later FROM orders WHERE status = 'PENDING'",
  );
  expect(rows).toEqual([{ later: true }]);
  gate.resolve();
  expect((await placing).order.status).toBe('CONFIRMED');
  expect(commands).toEqual(['takeStock']);
});

test('the database itself refuses a second pending order of a buyer, and one that nobody would come back to', async () => {
  const pending = (id: string, due: string) =>
    orders.pool.query(
      `INSERT INTO orders (id, number, customer_id, status, currency, subtotal_minor, total_minor, placed_at, stock_due_at)
       VALUES ($1, $1, 'user_held', 'PENDING', 'EUR', 1, 1, now(), ${due})`,
      [id],
    );
  await expect(pending('a', 'NULL')).rejects.toThrow('pending_is_due');
  await pending('a', "now() + '1 hour'");
  await expect(pending('b', "now() + '1 hour'")).rejects.toThrow('one_pending_per_customer');
  await orders.pool.query("DELETE FROM orders WHERE id = 'a'");
});
