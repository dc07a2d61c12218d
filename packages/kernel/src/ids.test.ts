import { expect, test } from 'vitest';
import { idFromName, newId, typeOfId } from './ids.ts';

test('an id tells its type, and sorts by when it was made', () => {
  const [first, second] = [newId('order'), newId('order')];
  expect(typeOfId(first)).toBe('order');
  expect(first <= second).toBe(true);
});

test.each(['', 'order', 'order_', 'order_xyz', '42', 'order_01h455vb4pex5vsknk084sn02q_', '__proto__'])(
  '%j is no id',
  (text) => {
    expect(typeOfId(text)).toBeNull();
  },
);

test('a name always gives the same id, and another name or type another', () => {
  expect(idFromName('user', 'a')).toBe(idFromName('user', 'a'));
  expect(typeOfId(idFromName('user', 'a'))).toBe('user');
  expect(new Set([idFromName('user', 'a'), idFromName('user', 'b'), idFromName('order', 'a')]).size).toBe(3);
});
