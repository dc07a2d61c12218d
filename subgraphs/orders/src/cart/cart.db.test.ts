import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { variantId } from '../testing/fake-catalog.ts';
import { useShop } from '../testing/shop.ts';

const { orders, catalog, buyer } = useShop();

test('a cart shows prices as they were when its lines were last touched', async () => {
  const [tea, cup] = [catalog.sell('tea', { priceMinor: 500 }), catalog.sell('cup', { priceMinor: 1_200 })];
  const ann = buyer();
  await ann.add(tea, 2);
  catalog.setPrice(tea, 600);
  const { cart } = await ann.add(cup);
  expect(cart).toMatchObject({
    totalQuantity: 3,
    subtotal: { amountMinor: 2_200, currency: 'EUR' },
    lines: [
      { quantity: 2, unitPrice: { amountMinor: 500 }, priceVersion: 1, variant: { id: tea } },
      { quantity: 1, unitPrice: { amountMinor: 1_200 }, lineTotal: { amountMinor: 1_200 } },
    ],
  });
  const more = await ann.add(tea);
  expect(more.cart.lines[0]).toMatchObject({ quantity: 3, unitPrice: { amountMinor: 600 }, priceVersion: 2 });
});

test('twenty requests at once, the first ones of this buyer, fill one cart and lose nothing', async () => {
  const tea = catalog.sell('raced');
  const ann = buyer();
  const carts = await Promise.all(Array.from({ length: 20 }, () => ann.add(tea)));
  expect(new Set(carts.map(({ cart }) => cart.id)).size).toBe(1);
  expect(await ann.cart()).toMatchObject({ totalQuantity: 20, lines: [{ quantity: 20 }] });
});

test('a repeated request adds once; its key is good for nothing else', async () => {
  const tea = catalog.sell('repeated');
  const [ann, key] = [buyer(), randomUUID()];
  const answers = await Promise.all(Array.from({ length: 6 }, () => ann.add(tea, 2, key)));
  expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
  expect((await ann.cart()).totalQuantity).toBe(2);
  const other = await ann.add(tea, 3, key);
  expect(other).toMatchObject({ cart: null, userErrors: [{ code: 'IDEMPOTENCY_MISMATCH' }] });
  expect((await ann.cart()).totalQuantity).toBe(2);
});

test('what cannot go into a cart is refused, and the cart is as before', async () => {
  const [euro, dollar] = [catalog.sell('euro'), catalog.sell('dollar', { currency: 'USD' })];
  const ann = buyer();
  await ann.add(euro);
  expect((await ann.add(variantId('none'))).userErrors).toMatchObject([
    { code: 'NOT_FOUND', path: ['lines', '0', 'variantId'] },
  ]);
  expect((await ann.add(dollar)).userErrors).toMatchObject([{ code: 'INVALID', path: ['lines'] }]);
  expect((await ann.add(euro, 9_999)).userErrors).toMatchObject([{ path: ['lines', '0', 'quantity'] }]);
  expect(await ann.cart()).toMatchObject({ totalQuantity: 1 });
});

test('a line is changed and taken out', async () => {
  const tea = catalog.sell('changed');
  const ann = buyer();
  await ann.add(tea, 5);
  expect((await ann.setQuantity(tea, 2)).cart).toMatchObject({ totalQuantity: 2 });
  expect((await ann.setQuantity(tea, 0)).cart).toMatchObject({ lines: [], subtotal: null });
  expect((await ann.setQuantity(tea, 1)).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
});

test('two changes in one operation each show the cart as they left it', async () => {
  const tea = catalog.sell('twice');
  const ann = buyer();
  const answer = await orders.data(
    `mutation ($a: CartLinesAddInput!, $b: CartLinesAddInput!) {
      a: cartLinesAdd(input: $a) { cart { totalQuantity } } b: cartLinesAdd(input: $b) { cart { totalQuantity } } }`,
    {
      a: { lines: [{ variantId: tea, quantity: 1 }], idempotencyKey: randomUUID() },
      b: { lines: [{ variantId: tea, quantity: 1 }], idempotencyKey: randomUUID() },
    },
    ann.viewer,
  );
  expect(answer).toEqual({ a: { cart: { totalQuantity: 1 } }, b: { cart: { totalQuantity: 2 } } });
});

test('nobody has no cart, and no one sees the cart of another', async () => {
  const [ann, bob] = [buyer(), buyer()];
  const { cart } = await ann.add(catalog.sell('private'));
  await expect(
    orders.data('mutation ($i: CartLinesAddInput!) { cartLinesAdd(input: $i) { replayed } }', {
      i: { lines: [{ variantId: variantId('private'), quantity: 1 }], idempotencyKey: randomUUID() },
    }),
  ).rejects.toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });
  const { _entities } = await orders.data(
    'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Cart { id } } }',
    { of: [{ __typename: 'Cart', id: cart.id }] },
    bob.viewer,
  );
  expect(_entities).toEqual([null]);
});

test('the database itself refuses a second cart of a buyer and a quantity of none', async () => {
  const ann = buyer();
  const { cart } = await ann.add(catalog.sell('held'));
  await expect(
    orders.pool.query("INSERT INTO carts (id, owner_id, created_at) VALUES ('second', $1, now())", [ann.id]),
  ).rejects.toThrow('carts_owner_id_key');
  await expect(
    orders.pool.query('UPDATE cart_lines SET quantity = 0 WHERE cart_id = $1', [cart.id]),
  ).rejects.toThrow('quantity_in_range');
});
