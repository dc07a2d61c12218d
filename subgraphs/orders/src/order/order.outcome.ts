import type { MoneyData } from '@meridian/contracts/contract';
import type { OrderStatus } from '@meridian/contracts/orders';
import type { Outcome } from '@meridian/kernel/idempotency';
import type { UserErrorData } from '@meridian/kernel/user-errors';

/** What became of a request to place or to cancel an order. */
export type OrderOutcome = Outcome & { orderId?: string; replayed: boolean };

export type InsufficientStock = UserErrorData<'InsufficientStockError', 'INSUFFICIENT_STOCK'> & {
  variantId: string;
  available: number;
};

export type PriceChanged = UserErrorData<'PriceChangedError', 'PRICE_CHANGED'> & {
  variantId: string;
  quoted: MoneyData;
  current: MoneyData;
};

export type OrderNotCancellable = UserErrorData<'OrderNotCancellableError', 'NOT_CANCELLABLE'> & {
  status: OrderStatus;
};
