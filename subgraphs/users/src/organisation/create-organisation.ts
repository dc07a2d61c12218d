import { type Once, once } from '@meridian/kernel/idempotency';
import { newId } from '@meridian/kernel/ids';
import type { Viewer } from '@meridian/kernel/viewer';
import type { Context } from '../context.ts';
import type { CreateOrganisationInput } from '../generated/graphql.ts';
import { tidyName, whyNotName } from '../user/user.rules.ts';
import type { OrganisationOutcome } from './organisation.outcome.ts';

/** The platform's people enter a company, without members at first. */
export async function createOrganisation(
  { db }: Pick<Context, 'db'>,
  viewer: Viewer,
  { idempotencyKey, ...given }: CreateOrganisationInput,
): Promise<Once<Omit<OrganisationOutcome, 'replayed'>>> {
  const name = tidyName(given.name);
  const input = { name, idempotencyKey };
  return db.$transaction((tx) =>
    once(tx, viewer, { operation: 'createOrganisation', input }, async () => {
      const because = whyNotName(name, 'name');
      if (because) return { userErrors: [because] };
      const { id } = await tx.organisation.create({ data: { id: newId('org'), name } });
      return { organisationId: id, userErrors: [] };
    }),
  );
}
