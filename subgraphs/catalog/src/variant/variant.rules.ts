import { invalidInput } from '@meridian/kernel/user-errors';
import type { InsufficientStock, StaleVersion } from './variant.outcome.ts';

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

/** Why a change based on `expected` cannot be made; null when it can, or when nothing is expected. */
export function whyStale(current: number, expected: number | null | undefined): StaleVersion | null {
  if (expected == null || expected === current) return null;
  const message = `It is at version ${current}, not ${expected}; read it again and decide anew`;
  return {
    __typename: 'StaleVersionError',
    code: 'STALE_VERSION',
    message,
    path: ['expectedVersion'],
    currentVersion: current,
  };
}

/** Why this cannot be a price; null when it can. */
export const whyNotPrice = (amountMinor: number) =>
  amountMinor < 0 ? invalidInput('A price is 0 or more', 'amountMinor') : null;
