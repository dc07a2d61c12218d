import { createHash } from 'node:crypto';
import { idFromName } from '@meridian/kernel/ids';
import { orderNumber } from '@meridian/orders/order/order-number';
import { days, minutes } from './days.ts';
import { type Random, randomFrom } from './random.ts';
import type { Variant } from './shop.ts';

export type Order = {
  id: string;
  number: string;
  customerId: string;
  status: 'CONFIRMED' | 'DELIVERED' | 'CANCELLED';
  placedAt: Date;
  cancelledAt: Date | null;
  lines: { variant: Variant; quantity: number }[];
};

type Wish = { name: string; customerId: string; status: Order['status']; placedAt: Date };

/** Of the demo customer's: on its way to them right now. */
export const orderOnItsWay = idFromName('order', 'demo:on-its-way');

/**
 * Orders of the last half year; the demo customer has six, the newest on its way.
 * @param variants what there is to buy
 */
export function orders(
  variants: readonly Variant[],
  { demoCustomerId, customerIds, now }: { demoCustomerId: string; customerIds: readonly string[]; now: Date },
): Order[] {
  const random = randomFrom('orders');
  const own: Wish[] = [
    { name: 'on-its-way', customerId: demoCustomerId, status: 'CONFIRMED', placedAt: minutes(now, -50) },
    ...[9, 31, 64, 118].map((ago, i) =>
      wish(`own:${i}`, demoCustomerId, 'DELIVERED', days(now, -ago, -ago * 7)),
    ),
    wish('own:cancelled', demoCustomerId, 'CANCELLED', days(now, -40)),
  ];
  const others = Array.from({ length: 600 }, (_, i) => {
    const age = random.int(0, 180);
    const status = random.chance(0.06) ? 'CANCELLED' : age < 3 ? 'CONFIRMED' : 'DELIVERED';
    const [customerId = demoCustomerId] = random.sample(customerIds, 1);
    return wish(`${i}`, customerId, status, days(now, -age, -random.int(60, 1_400)));
  });
  return [...own, ...others].map((wished) => order(wished, variants, randomFrom(`order:${wished.name}`)));
}

const wish = (name: string, customerId: string, status: Order['status'], placedAt: Date): Wish => ({
  name,
  customerId,
  status,
  placedAt,
});

function order(
  { name, customerId, status, placedAt }: Wish,
  variants: readonly Variant[],
  random: Random,
): Order {
  return {
    id: idFromName('order', `demo:${name}`),
    number: orderNumber(placedAt, createHash('sha256').update(`order:${name}`).digest().subarray(0, 8)),
    customerId,
    status,
    placedAt,
    cancelledAt: status === 'CANCELLED' ? minutes(placedAt, random.int(3, 50)) : null,
    lines: random
      .sample(variants, random.int(1, 4))
      .map((variant) => ({ variant, quantity: random.int(1, 3) })),
  };
}
