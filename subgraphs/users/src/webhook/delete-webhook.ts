import type { Viewer } from '@meridian/kernel/viewer';
import type { Context } from '../context.ts';
import type { DeleteWebhookEndpointInput } from '../generated/graphql.ts';
import type { MembershipRow } from '../organisation/organisation.loaders.ts';
import { changeWebhook } from './change-webhook.ts';

/** Forgets an endpoint with its secrets and deliveries. */
export const deleteWebhook = (
  context: Pick<Context, 'db'>,
  viewer: Viewer,
  membership: MembershipRow,
  input: DeleteWebhookEndpointInput,
) =>
  changeWebhook(
    context,
    viewer,
    membership,
    { operation: 'deleteWebhookEndpoint', input },
    async (tx, { id }) => {
      await tx.webhookEndpoint.delete({ where: { id } });
      return { endpointId: id, userErrors: [] };
    },
  );
