import { orderStatusChanged } from '@meridian/contracts/orders';
import { rideStatusChanged } from '@meridian/contracts/rides';
import type { BusMessage } from '@meridian/kernel/bus/bus';
import { handleOnce } from '@meridian/kernel/bus/inbox';
import { publish } from '@meridian/kernel/outbox';
import type { Context } from '../context.ts';

/**
 * The ride that carried an order has arrived: the order is delivered, told as `order.status-changed.v1`. An order that
 * was cancelled on the way stays so; the fact may come late, or twice.
 * @throws ZodError when the message is no step of a ride
 */
export async function recordDelivery(
  { db, rows }: Pick<Context, 'db' | 'rows'>,
  consumer: string,
  message: BusMessage,
): Promise<void> {
  const { orderId, riderId: customerId, to } = rideStatusChanged.read(message);
  if (orderId === null || to !== 'COMPLETED') return;
  await db.$transaction((tx) =>
    handleOnce(tx, consumer, message, async () => {
      const { count } = await tx.order.updateMany({
        where: { id: orderId, customerId, status: 'CONFIRMED' },
        data: { status: 'DELIVERED' },
      });
      if (count === 0) return;
      await publish(
        tx,
        orderStatusChanged.of(orderId, { orderId, customerId, from: 'CONFIRMED', to: 'DELIVERED' }),
      );
    }),
  );
  await rows.orders.invalidate([orderId]);
}
