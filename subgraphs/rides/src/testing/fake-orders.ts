import type { OrderStatus } from '@meridian/contracts/orders';
import { newId } from '@meridian/kernel/ids';
import type { SubgraphTransport } from '@meridian/kernel/transport';

/** Orders as rides knows it, in memory: it says whose an order is and how far. */
export function fakeOrders() {
  const known = new Map<string, { orderId: string; customerId: string; status: OrderStatus }>();
  const fake = {
    /** While true, nobody answers. */
    away: false,
    /** @returns its id */
    place(customerId: string, status: OrderStatus = 'CONFIRMED'): string {
      const orderId = newId('order');
      known.set(orderId, { orderId, customerId, status });
      return orderId;
    },
    transport: {
      execute: async ({ variables }) => {
        if (fake.away) throw new Error('connect ECONNREFUSED');
        return { data: { orderForDelivery: known.get(String(variables?.['orderId'])) ?? null } };
      },
      subscribe: () => {
        throw new Error('Rides does not subscribe to orders');
      },
      close: async () => {},
    } satisfies SubgraphTransport,
  };
  return fake;
}
