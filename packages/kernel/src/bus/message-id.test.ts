import { expect, test } from 'vitest';
import { messageId } from './message-id.ts';

test('is a UUID of version 8, the same each time', () => {
  const id = messageId('orders', { xid: '748', id: '31' });
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(messageId('orders', { xid: '748', id: '31' })).toBe(id);
});

test('is ordered as the log is: by transaction, then by number', () => {
  const places = [
    { xid: '9', id: '500' },
    { xid: '10', id: '2' },
    { xid: '10', id: '11' },
    { xid: '4294967296', id: '3' },
  ];
  const ids = places.map((place) => messageId('orders', place));
  expect(ids.toSorted()).toEqual(ids);
});

test('two sources never share one, nor do two places', () => {
  const ids = ['users', 'catalog', 'orders', 'rides'].flatMap((source) => [
    messageId(source, { xid: '1', id: '23' }),
    messageId(source, { xid: '12', id: '3' }),
  ]);
  expect(new Set(ids).size).toBe(8);
});
