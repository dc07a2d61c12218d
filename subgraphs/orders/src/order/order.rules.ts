import type { StockRefusal } from '@meridian/contracts/catalog';
import type { OrderStatus } from '@meridian/contracts/orders';
import { invalidInput, type UserErrorData, unknownEntity } from '@meridian/kernel/user-errors';
import type { Viewer } from '@meridian/kernel/viewer';
import type { InsufficientStock, OrderNotCancellable, PriceChanged } from './order.outcome.ts';

/** What a list of orders shows unless asked for others; the same as in the schema. */
export const listedStatuses: readonly OrderStatus[] = ['PENDING', 'CONFIRMED', 'DELIVERED', 'CANCELLED'];

/** At these a buyer may still take an order back. */
const cancellable: ReadonlySet<OrderStatus> = new Set<OrderStatus>(['PENDING', 'CONFIRMED']);

/** Why the order cannot be cancelled; null when it can. */
export function whyNotCancellable({ status }: { status: OrderStatus }): OrderNotCancellable | null {
  if (cancellable.has(status)) return null;
  return {
    __typename: 'OrderNotCancellableError',
    code: 'NOT_CANCELLABLE',
    message: `The order is ${status.toLowerCase()}; it can no longer be cancelled`,
    path: ['orderId'],
    status,
  };
}

/** What the viewer may do with the order now. */
export const allowedActions = (
  order: { status: OrderStatus; customerId: string },
  viewer: Viewer | null,
): 'CANCEL'[] => (viewer?.id === order.customerId && !whyNotCancellable(order) ? ['CANCEL'] : []);

const longestReason = 500;

/** Why this does not do as a reason; null when it does. */
export const whyNotReason = (reason: string): UserErrorData | null =>
  reason.trim() === '' || reason.length > longestReason
    ? invalidInput(`A reason has 1 to ${longestReason} characters`, 'reason')
    : null;

/** The request that placed or cancelled an order talks to the catalog itself; after so long it is taken for dead. */
const settleAfterMs = 10_000;

/** When the recovery is to see to an order that is placed, cancelled or tried now. */
export const nextAttempt = (now: Date): Date => new Date(now.getTime() + settleAfterMs);

type Quoted = { variantId: string; unitPriceMinor: bigint; currency: string };

/** What the buyer is told of a line that the catalog refused. */
export function refusalOf(
  { variantId, reason, available, currentPrice }: StockRefusal,
  quotes: readonly Quoted[],
): UserErrorData | InsufficientStock | PriceChanged {
  const quote = quotes.find((line) => line.variantId === variantId);
  if (reason === 'PRICE_CHANGED' && quote && currentPrice) {
    return {
      __typename: 'PriceChangedError',
      code: 'PRICE_CHANGED',
      message:
        'The price has changed since it was put into the cart; look at the cart again, then order again',
      path: null,
      variantId,
      quoted: { amountMinor: Number(quote.unitPriceMinor), currency: quote.currency },
      current: currentPrice,
    };
  }
  if (reason === 'INSUFFICIENT_STOCK') {
    return {
      __typename: 'InsufficientStockError',
      code: 'INSUFFICIENT_STOCK',
      message: available === 0 ? 'It is sold out' : `There are only ${available} in stock`,
      path: null,
      variantId,
      available,
    };
  }
  return { ...unknownEntity(`${variantId} is not for sale any more: take it out of the cart`), path: null };
}
