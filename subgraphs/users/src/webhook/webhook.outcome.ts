import type { Outcome } from '@meridian/kernel/idempotency';

/** What became of a request to change a webhook. */
export type WebhookOutcome = Outcome & { endpointId?: string; replayed: boolean };

/**
 * The same with a new secret. The secret itself is not kept with the outcome: a repeated request reads it anew, as long as
 * it is still that version.
 */
export type WebhookSecretOutcome = WebhookOutcome & { secretVersion?: number };
