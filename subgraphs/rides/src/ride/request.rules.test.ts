import { expect, test } from 'vitest';
import { noDrivers, rideInProgress, whyExpired } from './request.rules.ts';

const expiresAt = new Date('2026-11-21T10:05:00Z');

test('a quote is good until its last moment, and no longer', () => {
  expect(whyExpired({ expiresAt }, new Date(expiresAt.getTime() - 1))).toBeNull();
  expect(whyExpired({ expiresAt }, expiresAt)).toMatchObject({
    __typename: 'QuoteExpiredError',
    expiredAt: '2026-11-21T10:05:00.000Z',
  });
});

test('refusals name what stands in the way', () => {
  expect(rideInProgress('ride_1', null)).toMatchObject({ rideId: 'ride_1', path: null });
  expect(rideInProgress('ride_1', 'order_1')).toMatchObject({ rideId: 'ride_1', path: ['orderId'] });
  expect(noDrivers('XL').message).toContain('No XL driver');
});
