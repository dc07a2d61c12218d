import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeCursor, encodeCursor, isAfter, type Position } from './position.ts';

const positions: fc.Arbitrary<Position> = fc.record({
  xid: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  id: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
});

test('a cursor is its position, in its own log only', () => {
  fc.assert(
    fc.property(positions, (position) => {
      const cursor = encodeCursor('catalog.outbox', position);
      expect(decodeCursor('catalog.outbox', cursor)).toEqual(position);
      expect(decodeCursor('orders.outbox', cursor)).toBeUndefined();
    }),
  );
});

test('no other text is a cursor', () => {
  const read = (text: string) => decodeCursor('catalog.outbox', text);
  const made = (text: string) => Buffer.from(text).toString('base64url');
  for (const text of [
    '',
    'nonsense',
    '💥',
    made('1:catalog.outbox:1'),
    made('1:catalog.outbox:1:-1'),
    made('1:catalog.outbox:01:1'),
    made('1:catalog.outbox:1:1 '),
    made('2:catalog.outbox:1:1'),
    made(`1:catalog.outbox:${2n ** 64n}:1`),
    made(`1:catalog.outbox:1:${2n ** 63n}`),
    `${made('1:catalog.outbox:1:1')}=`,
  ])
    expect(read(text), text).toBeUndefined();
  fc.assert(fc.property(fc.string(), (text) => void expect(read(text)).toBeUndefined()));
});

test('positions are in order by transaction, then by number', () => {
  const [first, second, third] = [
    { xid: 9n, id: 70n },
    { xid: 10n, id: 5n },
    { xid: 10n, id: 6n },
  ] as const;
  expect([isAfter(second, first), isAfter(third, second), isAfter(third, first)]).toEqual([true, true, true]);
  expect([isAfter(first, second), isAfter(first, first)]).toEqual([false, false]);
});
