import { stockCommandScope } from '@meridian/contracts/catalog';
import { newId } from '@meridian/kernel/ids';
import { useTestSubgraph } from '@meridian/testkit/subgraph';
import { viewer } from '@meridian/testkit/viewers';
import { expect, test } from 'vitest';
import { createCatalog } from '../subgraph.ts';
import { loadSample, sampleId } from '../testing/sample.ts';

const catalog = useTestSubgraph({ name: 'catalog', create: createCatalog, seed: (pool) => loadSample(pool) });
const orders = viewer('service:orders', [stockCommandScope]);

const takeStock = `mutation ($input: TakeStockInput!) {
  takeStock(input: $input) {
    lines { variantId sku productName quantity unitPrice { amountMinor currency } }
    refusals { variantId reason available currentPrice { amountMinor } }
  }
}`;
const returnStock = 'mutation ($orderId: ID!) { returnStock(orderId: $orderId) { returned } }';

const line = (name: string, quantity: number, expectedPriceMinor: number) => ({
  variantId: sampleId('variant', name),
  quantity,
  expectedPriceMinor,
  currency: 'EUR',
});
const take = async (orderId: string, ...lines: object[]) =>
  (await catalog.data(takeStock, { input: { orderId, lines } }, orders)).takeStock;
const giveBack = async (orderId: string) =>
  (await catalog.data(returnStock, { orderId }, orders)).returnStock.returned;
const onHand = async (name: string) => {
  const { rows } = await catalog.pool.query('SELECT on_hand FROM product_variants WHERE id = $1', [
    sampleId('variant', name),
  ]);
  return rows[0].on_hand;
};

test('an order takes all of its lines, once, however often it asks', async () => {
  const orderId = newId('order');
  const lines = [line('0-S', 2, 500), line('0-L', 1, 900)];
  const answers = await Promise.all(Array.from({ length: 8 }, () => take(orderId, ...lines)));
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  expect(answers[0].lines).toMatchObject([
    { sku: 'TEA-0-S', quantity: 2 },
    { sku: 'TEA-0-L', quantity: 1 },
  ]);
  expect([await onHand('0-S'), await onHand('0-L')]).toEqual([8, 9]);
});

test('with one line short nothing is taken, and every reason is named', async () => {
  const { lines, refusals } = await take(
    newId('order'),
    line('1-S', 1, 501),
    line('1-L', 11, 901),
    line('2-S', 1, 1),
    line('none', 1, 1),
  );
  expect(lines).toEqual([]);
  expect(refusals).toMatchObject([
    { reason: 'INSUFFICIENT_STOCK', available: 10 },
    { reason: 'PRICE_CHANGED', currentPrice: { amountMinor: 502 } },
    { reason: 'UNKNOWN_VARIANT', currentPrice: null },
  ]);
  expect(await onHand('1-S')).toBe(10);
});

test('forty orders race for ten pieces of each of two variants in both line orders: no deadlock, none oversold', async () => {
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, i) => {
      const lines = [line('3-S', 1, 503), line('3-L', 1, 903)];
      return take(newId('order'), ...(i % 2 ? lines : lines.toReversed()));
    }),
  );
  expect(answers.filter(({ refusals }) => refusals.length === 0)).toHaveLength(10);
  expect([await onHand('3-S'), await onHand('3-L')]).toEqual([0, 0]);
});

test('stock goes back once, however often it is asked', async () => {
  const orderId = newId('order');
  await take(orderId, line('4-S', 4, 504));
  const answers = await Promise.all(Array.from({ length: 5 }, () => giveBack(orderId)));
  expect(answers.filter(Boolean)).toHaveLength(1);
  expect(await onHand('4-S')).toBe(10);
});

test('a cancellation that overtakes its order leaves nothing to take', async () => {
  const orderId = newId('order');
  expect(await giveBack(orderId)).toBe(false);
  const { lines, refusals } = await take(orderId, line('4-L', 1, 904));
  expect([lines, refusals.length]).toEqual([[], 1]);
  expect(await onHand('4-L')).toBe(10);
});

test('two lines of one variant are a mistake of the caller', async () => {
  await expect(take(newId('order'), line('4-L', 1, 904), line('4-L', 1, 904))).rejects.toThrow(
    'one line only',
  );
});
