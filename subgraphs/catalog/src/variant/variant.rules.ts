import { invalidInput } from '@meridian/kernel/user-errors';
import type { InsufficientStock } from './variant.outcome.ts';

type Stock = { id: string; onHand: number };

/** Why the stock cannot change by `delta`; null when it can. */
export function whyNotAdjustable({ id, onHand }: Stock, delta: number): InsufficientStock | null {
  if (onHand + delta >= 0) return null;
  const message = `There are only ${onHand} in stock; the change would leave ${onHand + delta}`;
  return {
    __typename: 'InsufficientStockError',
    code: 'INSUFFICIENT_STOCK',
    message,
    path: ['delta'],
    variantId: id,
    available: onHand,
  };
}

/** Why this cannot be a price; null when it can. */
export const whyNotPrice = (amountMinor: number) =>
  amountMinor < 0 ? invalidInput('A price is 0 or more', 'amountMinor') : null;
