import type { DomainEvent } from '@meridian/kernel/outbox';
import type { Prisma } from '../generated/prisma/client.ts';

/** Whom an event is told: organisations by their ids, or every partner. */
export type Audience = readonly string[] | 'everyone';

/** Appends an event to the partners' log, in the transaction that makes it true: a row for each organisation, or one for all. */
export async function tellPartners(
  tx: Prisma.TransactionClient,
  { type, key, data, at }: DomainEvent & { at: Date },
  audience: Audience,
): Promise<void> {
  const organisations = audience === 'everyone' ? [null] : audience;
  await tx.partnerEvent.createMany({
    data: organisations.map((organisationId) => ({ type, key, data, createdAt: at, organisationId })),
  });
}
