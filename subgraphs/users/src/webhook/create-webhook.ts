import { type Once, once } from '@meridian/kernel/idempotency';
import { newId } from '@meridian/kernel/ids';
import { invalidInput } from '@meridian/kernel/user-errors';
import type { Viewer } from '@meridian/kernel/viewer';
import type { Context } from '../context.ts';
import type { CreateWebhookEndpointInput } from '../generated/graphql.ts';
import type { MembershipRow } from '../organisation/organisation.loaders.ts';
import { mostEndpoints, whyNotTypes, whyNotUrl } from './endpoint.rules.ts';
import { newSecret } from './secret.ts';
import type { WebhookSecretOutcome } from './webhook.outcome.ts';

/** An organisation has events posted to a URL, from now on. */
export async function createWebhook(
  { db, webhooks }: Pick<Context, 'db' | 'webhooks'>,
  viewer: Viewer,
  { organisationId }: MembershipRow,
  given: CreateWebhookEndpointInput,
): Promise<Once<Omit<WebhookSecretOutcome, 'replayed'>>> {
  // The scalar makes a URL object of what came in.
  const [url, types] = [String(given.url), [...new Set(given.types ?? [])]];
  const input = { url, types, idempotencyKey: given.idempotencyKey };
  return db.$transaction((tx) =>
    once(tx, viewer, { operation: 'createWebhookEndpoint', input }, async () => {
      const userErrors = [whyNotUrl(url, webhooks), whyNotTypes(types)].filter((because) => because !== null);
      if (userErrors.length > 0) return { userErrors };
      await tx.$queryRaw`SELECT FROM organisations WHERE id = ${organisationId} FOR UPDATE`;
      if ((await tx.webhookEndpoint.count({ where: { organisationId } })) >= mostEndpoints)
        return { userErrors: [invalidInput(`An organisation has at most ${mostEndpoints} endpoints`)] };
      const id = newId('webhook');
      const secret = webhooks.box.seal(newSecret(), id);
      await tx.webhookEndpoint.create({ data: { id, organisationId, url, types, secret } });
      return { endpointId: id, secretVersion: 1, userErrors: [] };
    }),
  );
}
