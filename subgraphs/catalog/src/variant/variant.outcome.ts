import type { Outcome } from '@meridian/kernel/idempotency';
import type { UserErrorData } from '@meridian/kernel/user-errors';

/** What became of a request to change a variant. */
export type VariantOutcome = Outcome & { variantId?: string; replayed: boolean };

export type InsufficientStock = UserErrorData<'InsufficientStockError', 'INSUFFICIENT_STOCK'> & {
  variantId: string;
  available: number;
};
