import { randomUUID } from 'node:crypto';
import { encodeCursor } from '@meridian/kernel/event-log/position';
import { useTestSubgraph } from '@meridian/testkit/subgraph';
import { viewer } from '@meridian/testkit/viewers';
import { expect, test } from 'vitest';
import { createCatalog } from '../subgraph.ts';
import { loadSample, sampleId } from '../testing/sample.ts';

const catalog = useTestSubgraph({ name: 'catalog', create: createCatalog, seed: (pool) => loadSample(pool) });
const merchant = viewer('user_merchant', ['catalog:write', 'inventory:write']);
const [mine, other] = [sampleId('variant', '0-S'), sampleId('variant', '1-S')];
const beginning = encodeCursor('catalog.outbox', { xid: 0n, id: 0n });

const reprice = (variantId: string, amountMinor: number) =>
  catalog.data(
    'mutation ($input: SetPriceInput!) { setPrice(input: $input) { userErrors { message } } }',
    { input: { variantId, amountMinor, currency: 'EUR', idempotencyKey: randomUUID() } },
    merchant,
  );
const restock = (variantId: string, delta: number) =>
  catalog.data(
    'mutation ($input: AdjustStockInput!) { adjustStock(input: $input) { userErrors { message } } }',
    { input: { variantId, delta, reason: 'test', idempotencyKey: randomUUID() } },
    merchant,
  );
const prices = (after: string | null) =>
  catalog.listen(
    'subscription ($ids: [ID!]!, $after: String) { priceChanged(variantIds: $ids, after: $after) { cursor current { amountMinor } } }',
    { ids: [mine], after },
  );
type Change = { cursor: string; current: { amountMinor: number } };
const take = async (stream: AsyncIterator<{ data?: unknown }>, count: number): Promise<Change[]> => {
  const changes: Change[] = [];
  while (changes.length < count) {
    const { data } = (await stream.next()).value;
    changes.push((data as { priceChanged: Change }).priceChanged);
  }
  return changes;
};

test('who comes back with a cursor is told what came since, then what comes', async () => {
  await reprice(mine, 1_001);
  await reprice(other, 7);
  await reprice(mine, 1_002);
  const all = await prices(beginning);
  const [first, second] = await take(all, 2);
  expect([first, second].map((change) => change?.current.amountMinor)).toEqual([1_001, 1_002]);
  await all.return?.();

  await reprice(mine, 1_003);
  const resumed = await prices(first?.cursor ?? null);
  const missed = await take(resumed, 2);
  const next = take(resumed, 1);
  await reprice(mine, 1_004);
  const amounts = [...missed, ...(await next)].map(({ current }) => current.amountMinor);
  expect(amounts).toEqual([1_002, 1_003, 1_004]);
  await resumed.return?.();
});

test('stock is told from a cursor on, too', async () => {
  await restock(mine, 5);
  await restock(mine, -1);
  const stream = await catalog.listen(
    'subscription ($ids: [ID!]!, $after: String) { inventoryChanged(variantIds: $ids, after: $after) { cursor available stockVersion } }',
    { ids: [mine], after: beginning },
  );
  const frames = [(await stream.next()).value, (await stream.next()).value];
  expect(frames.map(({ data }) => data.inventoryChanged)).toMatchObject([
    { available: 15, stockVersion: 2, cursor: expect.any(String) },
    { available: 14, stockVersion: 3, cursor: expect.any(String) },
  ]);
  await stream.return?.();
});

test('a cursor of another log is refused, and that is all the stream tells', async () => {
  const stream = await prices(encodeCursor('orders.outbox', { xid: 1n, id: 1n }));
  const { value } = await stream.next();
  expect(value.errors).toMatchObject([{ extensions: { code: 'CURSOR_INVALID', argument: 'after' } }]);
  expect((await stream.next()).done).toBe(true);
});
