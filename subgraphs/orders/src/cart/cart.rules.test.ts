import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addToCart, mostLines, subtotalOf, whyNotOrderable } from './cart.rules.ts';

const variant = (id: string, amountMinor: number, currency = 'EUR') => ({
  id,
  sku: `SKU-${id}`,
  name: id,
  product: { name: `Product ${id}` },
  price: { amountMinor, currency },
  priceVersion: 1,
});
const line = (variantId: string, quantity: number, unitPriceMinor: bigint, currency = 'EUR') => ({
  variantId,
  quantity,
  unitPriceMinor,
  currency,
});
const shop = (...variants: ReturnType<typeof variant>[]) => new Map(variants.map((one) => [one.id, one]));

test('adding one by one comes to the same as adding at once', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 }), (quantities) => {
      const variants = shop(variant('a', 250));
      const oneByOne = quantities.reduce(
        (cart, quantity) => addToCart(cart, [{ variantId: 'a', quantity }], variants).changed,
        addToCart([], [], variants).changed,
      );
      const total = quantities.reduce((sum, quantity) => sum + quantity, 0);
      expect(oneByOne).toEqual(addToCart([], [{ variantId: 'a', quantity: total }], variants).changed);
    }),
  );
});

test('everything that is wrong is named, and then nothing changes', () => {
  const { changed, userErrors } = addToCart(
    [line('a', 9_990, 100n)],
    [
      { variantId: 'a', quantity: 10 },
      { variantId: 'gone', quantity: 1 },
      { variantId: 'b', quantity: 1 },
    ],
    shop(variant('a', 100), variant('b', 100)),
  );
  expect(changed).toEqual([]);
  expect(userErrors).toMatchObject([
    { code: 'INVALID', path: ['lines', '0', 'quantity'] },
    { code: 'NOT_FOUND', path: ['lines', '1', 'variantId'] },
  ]);
});

test('a cart keeps to one currency, to a number of lines and to an amount that is exact in JSON', () => {
  const refused = (cart: ReturnType<typeof line>[], added: ReturnType<typeof variant>) =>
    addToCart(cart, [{ variantId: added.id, quantity: 9 }], shop(added)).userErrors.map(({ code }) => code);
  expect(refused([line('a', 1, 1n)], variant('b', 1, 'USD'))).toEqual(['INVALID']);
  expect(
    refused(
      Array.from({ length: mostLines }, (_, i) => line(`v${i}`, 1, 1n)),
      variant('b', 1),
    ),
  ).toEqual(['INVALID']);
  expect(refused([], variant('b', Number.MAX_SAFE_INTEGER))).toEqual(['INVALID']);
  expect(refused([line('a', 1, 1n)], variant('a', 1, 'USD'))).toEqual([]);
});

test('what is ordered is what was agreed to', () => {
  const lines = [line('a', 2, 150n), line('b', 1, 700n)];
  expect(whyNotOrderable(lines, null)).toBeNull();
  expect(whyNotOrderable(lines, 1_000)).toBeNull();
  expect(whyNotOrderable(lines, 999)).toMatchObject({ code: 'CART_CHANGED' });
  expect(whyNotOrderable([], null)).toMatchObject({ code: 'INVALID', path: null });
  expect(whyNotOrderable([...lines, line('c', 1, 1n, 'USD')], null)).toMatchObject({ code: 'INVALID' });
});

test('a subtotal is in one currency, or there is none', () => {
  expect(subtotalOf([])).toBeNull();
  expect(subtotalOf([line('a', 3, 150n)])).toEqual({ amountMinor: 450n, currency: 'EUR' });
  expect(subtotalOf([line('a', 3, 150n), line('b', 1, 1n, 'USD')])).toBeNull();
});
