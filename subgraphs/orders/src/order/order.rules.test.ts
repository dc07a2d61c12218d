import { orderStatus } from '@meridian/contracts/orders';
import { viewer } from '@meridian/testkit/viewers';
import { expect, test } from 'vitest';
import { allowedActions, refusalOf, whyNotCancellable, whyNotReason } from './order.rules.ts';

test('an order is cancelled by its buyer, before it is delivered, and once', () => {
  const [ann, bob] = [viewer('user_ann'), viewer('user_bob', ['orders:read'])];
  const allowed = orderStatus.options.filter(
    (status) => allowedActions({ status, customerId: ann.id }, ann).length > 0,
  );
  expect(allowed).toEqual(['PENDING', 'CONFIRMED']);
  for (const other of [bob, null])
    expect(allowedActions({ status: 'CONFIRMED', customerId: ann.id }, other)).toEqual([]);
  expect(whyNotCancellable({ status: 'DELIVERED' })).toMatchObject({
    status: 'DELIVERED',
    message: 'The order is delivered; it can no longer be cancelled',
  });
});

test('a reason says something, and not too much', () => {
  expect(whyNotReason('broken')).toBeNull();
  for (const reason of ['', ' \n', 'x'.repeat(501)])
    expect(whyNotReason(reason)).toMatchObject({ code: 'INVALID', path: ['reason'] });
});

test('each refusal of the catalog is told in terms of what the buyer saw', () => {
  const quotes = [{ variantId: 'a', unitPriceMinor: 500n, currency: 'EUR' }];
  const refused = (refusal: object) =>
    refusalOf({ variantId: 'a', available: 2, currentPrice: null, ...refusal } as never, quotes);
  expect(
    refused({ reason: 'PRICE_CHANGED', currentPrice: { amountMinor: 700, currency: 'EUR' } }),
  ).toMatchObject({
    __typename: 'PriceChangedError',
    quoted: { amountMinor: 500, currency: 'EUR' },
    current: { amountMinor: 700, currency: 'EUR' },
  });
  expect(refused({ reason: 'INSUFFICIENT_STOCK' })).toMatchObject({
    available: 2,
    code: 'INSUFFICIENT_STOCK',
  });
  expect(refused({ reason: 'INSUFFICIENT_STOCK', available: 0 })).toMatchObject({
    message: 'It is sold out',
  });
  expect(refused({ reason: 'UNKNOWN_VARIANT' })).toMatchObject({ code: 'NOT_FOUND', path: null });
});
