import { conflict } from '@meridian/kernel/errors';
import type { UserErrorData } from '@meridian/kernel/user-errors';
import type { Viewer } from '@meridian/kernel/viewer';
import type { PlaceOrderInput } from '../generated/graphql.ts';
import { beginOrder } from './begin-order.ts';
import type { OrderOutcome } from './order.outcome.ts';
import { type Settling, settleOrder } from './settle-order.ts';

const mostAttempts = 5;

/**
 * Orders what is in the viewer's cart, in two transactions with the catalog's answer between them. Killed at any point,
 * the order is settled by the recovery or by the same request again, whichever comes first.
 * @throws SUBGRAPH_UNAVAILABLE when the catalog's answer is not to be had; the order stays `PENDING` until it is
 * @throws CONFLICT when the viewer's own orders overtake this one time and again
 */
export async function placeOrder(
  context: Settling,
  viewer: Viewer,
  input: PlaceOrderInput,
): Promise<OrderOutcome> {
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const begun = await beginOrder(context, viewer, input);
    if ('underWay' in begun) {
      await settleOrder(context, begun.underWay);
      continue;
    }
    if (!('orderId' in begun) || !begun.orderId) return begun;
    await settleOrder(context, begun.orderId);
    return { ...(await answerOf(context, begun.orderId)), replayed: begun.replayed };
  }
  throw conflict('Cart of', viewer.id);
}

/** A rejected order is a refusal to the buyer: there is no order, and why. */
async function answerOf({ db }: Pick<Settling, 'db'>, orderId: string) {
  const { status, refusals } = await db.order.findUniqueOrThrow({
    where: { id: orderId },
    select: { status: true, refusals: true },
  });
  if (status !== 'REJECTED') return { orderId, userErrors: [] };
  return { userErrors: (refusals ?? []) as UserErrorData[] };
}
