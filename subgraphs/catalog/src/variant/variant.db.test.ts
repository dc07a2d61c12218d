import { randomUUID } from 'node:crypto';
import { useTestSubgraph } from '@meridian/testkit/subgraph';
import { viewer } from '@meridian/testkit/viewers';
import { expect, test } from 'vitest';
import { createCatalog } from '../subgraph.ts';
import { loadSample, sampleId } from '../testing/sample.ts';

const catalog = useTestSubgraph({ name: 'catalog', create: createCatalog, seed: (pool) => loadSample(pool) });
const merchant = viewer('user_merchant', ['catalog:write', 'inventory:write']);

const setPrice = `mutation ($input: SetPriceInput!) {
  setPrice(input: $input) { replayed variant { price { amountMinor } priceVersion } userErrors { __typename code message path } }
}`;
const adjustStock = `mutation ($input: AdjustStockInput!) {
  adjustStock(input: $input) {
    replayed variant { availableQuantity stockVersion }
    userErrors { code ... on InsufficientStockError { available variant { sku } } ... on StaleVersionError { currentVersion } }
  }
}`;
const price = (variantId: string, amountMinor: number, more = {}) => ({
  input: { variantId, amountMinor, currency: 'EUR', idempotencyKey: randomUUID(), ...more },
});
const stock = (variantId: string, delta: number, more = {}) => ({
  input: { variantId, delta, reason: 'test', idempotencyKey: randomUUID(), ...more },
});

test('a price changes, and the answer shows it although the old one was cached', async () => {
  const id = sampleId('variant', '0-S');
  const read = `{ product(slug: "tea-0") { id } _entities(representations: [{ __typename: "ProductVariant", id: "${id}" }]) { ... on ProductVariant { price { amountMinor } } } }`;
  expect((await catalog.data(read))._entities[0].price.amountMinor).toBe(500);
  const { setPrice: changed } = await catalog.data(setPrice, price(id, 777), merchant);
  expect(changed).toEqual({
    replayed: false,
    variant: { price: { amountMinor: 777 }, priceVersion: 2 },
    userErrors: [],
  });
  expect((await catalog.data(read))._entities[0].price.amountMinor).toBe(777);
});

test('the same key and input get the first answer; the same key with another input is refused', async () => {
  const first = price(sampleId('variant', '0-L'), 1234);
  await catalog.data(setPrice, first, merchant);
  const again = await catalog.data(setPrice, first, merchant);
  expect(again.setPrice).toMatchObject({ replayed: true, variant: { priceVersion: 2 }, userErrors: [] });
  const other = { input: { ...first.input, amountMinor: 1 } };
  const refused = await catalog.data(setPrice, other, merchant);
  expect(refused.setPrice).toMatchObject({
    variant: null,
    userErrors: [{ code: 'IDEMPOTENCY_MISMATCH', path: ['idempotencyKey'] }],
  });
});

test('twenty twins at once change the stock once', async () => {
  const request = stock(sampleId('variant', '1-S'), -3);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => catalog.data(adjustStock, request, merchant)),
  );
  expect(answers.filter(({ adjustStock }) => !adjustStock.replayed)).toHaveLength(1);
  for (const { adjustStock } of answers)
    expect(adjustStock).toMatchObject({ variant: { availableQuantity: 7 }, userErrors: [] });
});

test('thirty buyers of ten pieces: ten get one, nobody more, nothing below zero', async () => {
  const id = sampleId('variant', '1-L');
  const answers = await Promise.all(
    Array.from({ length: 30 }, () => catalog.data(adjustStock, stock(id, -1), merchant)),
  );
  const refused = answers.filter(({ adjustStock }) => adjustStock.userErrors.length > 0);
  expect(refused).toHaveLength(20);
  expect(refused[0].adjustStock.userErrors).toEqual([
    { code: 'INSUFFICIENT_STOCK', available: 0, variant: { sku: 'TEA-1-L' } },
  ]);
  const { rows } = await catalog.pool.query(
    'SELECT on_hand, stock_version FROM product_variants WHERE id = $1',
    [id],
  );
  expect(rows).toEqual([{ on_hand: 0, stock_version: 11 }]);
});

test('a change based on an old version is refused, with the version now', async () => {
  const id = sampleId('variant', '2-S');
  await catalog.data(adjustStock, stock(id, 1, { expectedVersion: 1 }), merchant);
  const { adjustStock: refused } = await catalog.data(
    adjustStock,
    stock(id, 1, { expectedVersion: 1 }),
    merchant,
  );
  expect(refused.userErrors).toEqual([{ code: 'STALE_VERSION', currentVersion: 2 }]);
});

test('two changes in one operation answer with what each of them made', async () => {
  const id = sampleId('variant', '4-S');
  const [a, b] = [stock(id, 5).input, stock(id, -2).input];
  const { first, second } = await catalog.data(
    `mutation ($a: AdjustStockInput!, $b: AdjustStockInput!) {
      first: adjustStock(input: $a) { variant { availableQuantity } }
      second: adjustStock(input: $b) { variant { availableQuantity } }
    }`,
    { a, b },
    merchant,
  );
  expect([first, second].map(({ variant }) => variant.availableQuantity)).toEqual([15, 13]);
});

test('what does not exist and what is no price are refused as data', async () => {
  const missing = await catalog.data(setPrice, price(sampleId('variant', 'none'), 1), merchant);
  expect(missing.setPrice.userErrors).toMatchObject([
    { __typename: 'InvalidInputError', code: 'NOT_FOUND', path: ['variantId'] },
  ]);
  const negative = await catalog.data(setPrice, price(sampleId('variant', '2-S'), -1), merchant);
  expect(negative.setPrice.userErrors).toMatchObject([{ code: 'INVALID', path: ['amountMinor'] }]);
});

test('nobody without the scope writes', async () => {
  const change = price(sampleId('variant', '2-S'), 1);
  await expect(catalog.data(setPrice, change)).rejects.toMatchObject({
    extensions: { code: 'UNAUTHENTICATED' },
  });
  await expect(catalog.data(setPrice, change, viewer('user_x', ['inventory:write']))).rejects.toMatchObject({
    extensions: { code: 'FORBIDDEN', requires: 'catalog:write' },
  });
  await expect(catalog.data('{ variantsForCart(ids: ["x"]) { id } }', {}, merchant)).rejects.toMatchObject({
    extensions: { code: 'FORBIDDEN' },
  });
});

test('subscribers hear of their variants only, in order, with fresh rows beside the event', async () => {
  const [mine, other] = [sampleId('variant', '3-S'), sampleId('variant', '3-L')];
  const frames = await catalog.listen(
    `subscription ($ids: [ID!]!) { priceChanged(variantIds: $ids) { previous { amountMinor } current { amountMinor } priceVersion variant { price { amountMinor } } } }`,
    { ids: [mine] },
  );
  const first = frames.next();
  // The stream has begun when its first change comes through; until then changes are made again.
  let heard = false;
  void first.then(() => {
    heard = true;
  });
  let amount = 600;
  while (!heard) {
    await catalog.data(setPrice, price(other, 1), merchant);
    await catalog.data(setPrice, price(mine, ++amount), merchant);
  }
  await catalog.data(setPrice, price(mine, 9_999), merchant);
  const versions: number[] = [];
  for (let frame = await first; ; frame = await frames.next()) {
    const { priceChanged } = frame.value.data as any;
    versions.push(priceChanged.priceVersion);
    if (priceChanged.current.amountMinor !== 9_999) continue;
    expect(priceChanged.variant.price.amountMinor).toBe(9_999);
    break;
  }
  expect(versions).toEqual(Array.from({ length: versions.length }, (_, i) => versions[0]! + i));
  await frames.return?.();
});

test('the database itself refuses a negative stock and a negative price', async () => {
  await expect(catalog.pool.query('UPDATE product_variants SET on_hand = -1')).rejects.toThrow(
    'stock_not_negative',
  );
  await expect(catalog.pool.query('UPDATE product_variants SET price_minor = -1')).rejects.toThrow(
    'price_not_negative',
  );
});
