import type { Outcome } from '@meridian/kernel/idempotency';

/** What became of a request to enter or change an organisation. */
export type OrganisationOutcome = Outcome & { organisationId?: string; replayed: boolean };
