import { priceChanged, stockChanged } from '@meridian/contracts/catalog';
import { orderCancelled, orderPlaced, orderStatusChanged } from '@meridian/contracts/orders';
import { partnerEventType } from '@meridian/contracts/partner-events';
import { rideStatusChanged } from '@meridian/contracts/rides';
import type { BusMessage, Hears } from '@meridian/kernel/bus/bus';
import { handleOnce } from '@meridian/kernel/bus/inbox';
import type { Context } from '../context.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import { type Audience, tellPartners } from './tell-partners.ts';

/** Names the consumer for good. */
export const consumerName = 'users.partner-events';

/** Facts of the other subgraphs that partners hear of. */
export const hears: Hears = {
  orders: [orderPlaced.type, orderCancelled.type, orderStatusChanged.type],
  rides: [rideStatusChanged.type],
  catalog: [priceChanged.type, stockChanged.type],
};

/**
 * Writes a fact into the partners' log, once, for the organisations that its people belong to at this moment; a fact that
 * concerns nobody's organisation is passed over.
 * @throws ZodError when the data is not what its type promises
 */
export async function hearEvent({ db }: Pick<Context, 'db'>, message: BusMessage): Promise<void> {
  const { type, key, at } = message;
  const known = partnerEventType(type);
  if (!known) return;
  const people = known.peopleOf(message.data);
  const data = known.schema.parse(message.data);
  await db.$transaction((tx) =>
    handleOnce(tx, consumerName, message, async () => {
      const audience: Audience = known.seenBy === 'everyone' ? 'everyone' : await organisationsOf(tx, people);
      await tellPartners(tx, { type, key, data, at }, audience);
    }),
  );
}

async function organisationsOf(tx: Prisma.TransactionClient, userIds: string[]): Promise<string[]> {
  const found = await tx.organisationMember.findMany({
    where: { userId: { in: userIds } },
    select: { organisationId: true },
    distinct: ['organisationId'],
    orderBy: { organisationId: 'asc' },
  });
  return found.map(({ organisationId }) => organisationId);
}
