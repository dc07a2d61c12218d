import { randomUUID } from 'node:crypto';
import { demoViewers } from '@meridian/platform/demo/viewers';
import { eventually } from '@meridian/testkit/eventually';
import { redisIsAvailable, redisIsMissing, startRedis, type TestRedis } from '@meridian/testkit/redis';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useMeridian, type Who, ways } from './meridian.ts';

const merchant: Who = {
  subject: demoViewers.find(({ role }) => role === 'MERCHANT_ADMIN')?.userId ?? '',
  scopes: ['catalog:write'],
};
const productAndPrice = '{ products(sort: NAME, first: 1) { nodes { variants { id product { name } } } } }';
const priceOf =
  'query ($id: ID!) { node(id: $id) { ... on ProductVariant { price { amountMinor } product { name } } } }';

if (!redisIsAvailable()) console.log(`stories with Redis ${redisIsMissing()}`);
describe.skipIf(!redisIsAvailable()).each(ways)('with Redis, as %s', (way) => {
  let server: TestRedis;
  let redis: Redis;
  beforeAll(async () => {
    server = await startRedis();
    redis = new Redis(server.url).on('error', () => {});
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });
  const meridian = useMeridian(way, { redisUrl: () => server.url });

  test('rows are kept in Redis, a write is seen at once, and without Redis the answers stay right', async () => {
    const { products } = await meridian.data(productAndPrice);
    const { id } = products.nodes[0].variants[0];
    const before = await meridian.data(priceOf, { id });
    await eventually(async () =>
      (await redis.keys('meridian:catalog:variant:*')).some((key) => key.endsWith(id)),
    );

    const { setPrice } = await meridian.data(
      'mutation ($input: SetPriceInput!) { setPrice(input: $input) { variant { price { amountMinor } } userErrors { message } } }',
      { input: { variantId: id, amountMinor: 123_456, currency: 'EUR', idempotencyKey: randomUUID() } },
      merchant,
    );
    expect(setPrice).toEqual({ variant: { price: { amountMinor: 123_456 } }, userErrors: [] });
    const after = await meridian.data(priceOf, { id });
    expect(after.node.price.amountMinor).toBe(123_456);
    expect(after.node.product).toEqual(before.node.product);

    await server.stop();
    expect(await meridian.data(priceOf, { id })).toEqual(after);
  });
});
