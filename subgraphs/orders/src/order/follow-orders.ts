import { orderStatusChanged } from '@meridian/contracts/orders';
import { notFound } from '@meridian/kernel/errors';
import type { EventStream } from '@meridian/kernel/event-log/event-stream';
import { requireViewer } from '@meridian/kernel/viewer';
import { maySee } from '../buyer/buyer.rules.ts';
import type { Context } from '../context.ts';

/**
 * The steps of one order, or of all that the viewer may see, after a cursor or from now on.
 * @throws NOT_FOUND for an order that the viewer may not see, as for one that does not exist
 */
export async function followOrders(
  context: Pick<Context, 'viewer' | 'loaders' | 'events'>,
  { orderId, after }: { orderId?: string | null | undefined; after?: string | null | undefined },
): Promise<EventStream> {
  const viewer = requireViewer(context);
  if (orderId != null) {
    const order = await context.loaders.order.load(orderId);
    if (!order || !maySee(viewer, order.customerId)) throw notFound('Order', orderId);
  }
  return context.events.stream({
    after,
    types: [orderStatusChanged.type],
    ...(orderId != null && { keys: [orderId] }),
    accept: (event) => maySee(viewer, orderStatusChanged.read(event).customerId),
  });
}
