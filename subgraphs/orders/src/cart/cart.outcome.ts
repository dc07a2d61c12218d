import type { Outcome } from '@meridian/kernel/idempotency';

/** What became of a request to change a cart. */
export type CartOutcome = Outcome & { cartId?: string; replayed: boolean };
