import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { orderNumber } from './order-number.ts';

test('a number has the day in UTC and eight letters that are not mistaken for each other', () => {
  const lateEvening = new Date('2026-11-21T23:30:00-05:00');
  expect(orderNumber(lateEvening, Uint8Array.from([0, 1, 31, 32, 63, 255, 17, 18]))).toBe('261122-01Z0ZZHJ');
  for (let i = 0; i < 200; i++)
    expect(orderNumber(lateEvening, randomBytes(8))).toMatch(/^261122-[0-9A-HJKMNP-TV-Z]{8}$/);
});
