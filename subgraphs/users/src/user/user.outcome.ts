import type { Outcome } from '@meridian/kernel/idempotency';

/** What became of a request to change a user. */
export type UserOutcome = Outcome & { userId?: string; replayed: boolean };
