import type { Context } from '../context.ts';
import type { OrderStatus } from '../generated/prisma/client.ts';

type Releasing = Pick<Context, 'db' | 'catalog' | 'logger'>;

const cameToNothing: OrderStatus[] = ['CANCELLED', 'REJECTED'];

/**
 * Has the catalog take back what the order holds, if anything. Call it when the order is cancelled or rejected for good:
 * an order that is returned first and confirmed later would sell what is in stock again.
 * @throws SUBGRAPH_UNAVAILABLE when the catalog did not answer; it is still due then
 */
export async function releaseStock(
  { db, catalog }: Omit<Releasing, 'logger'>,
  orderId: string,
): Promise<void> {
  await catalog.returnStock(orderId);
  await db.order.updateMany({
    where: { id: orderId, status: { in: cameToNothing } },
    data: { stockDueAt: null },
  });
}

/** The same as far as it can be done now: what fails is left to the recovery. */
export async function tryToReleaseStock(context: Releasing, orderId: string): Promise<void> {
  try {
    await releaseStock(context, orderId);
  } catch (error) {
    context.logger.warn(
      { err: error, orderId },
      'could not return the stock of an order; trying again later',
    );
  }
}
