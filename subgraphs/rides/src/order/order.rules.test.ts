import { orderStatus } from '@meridian/contracts/orders';
import { expect, test } from 'vitest';
import { whyNotDeliverable } from './order.rules.ts';

const order = { orderId: 'order_1', customerId: 'user_ada', status: 'CONFIRMED' } as const;

test('only a confirmed order is delivered', () => {
  const deliverable = orderStatus.options.filter(
    (status) => whyNotDeliverable({ ...order, status }, order.orderId, 'user_ada') === null,
  );
  expect(deliverable).toEqual(['CONFIRMED']);
});

test("another's order and none at all are told apart by nobody", () => {
  const others = whyNotDeliverable(order, order.orderId, 'user_bob');
  expect(others).toMatchObject({ code: 'NOT_FOUND', path: ['orderId'] });
  expect(whyNotDeliverable(null, order.orderId, 'user_bob')).toEqual(others);
});
