import { type Once, once } from '@meridian/kernel/idempotency';
import { newId } from '@meridian/kernel/ids';
import { invalidInput } from '@meridian/kernel/user-errors';
import type { Viewer } from '@meridian/kernel/viewer';
import type { Context } from '../context.ts';
import type { CreateWebhookEndpointInput } from '../generated/graphql.ts';
import { Prisma } from '../generated/prisma/client.ts';
import type { MembershipRow } from '../organisation/organisation.loaders.ts';
import { mostEndpoints, whyNotTypes, whyNotUrl } from './endpoint.rules.ts';
import { newSecret } from './secret.ts';
import type { WebhookSecretOutcome } from './webhook.outcome.ts';

/**
 * The last event that is free to be read. Never the number of a running transaction: after a crash Postgres may hand such a
 * number out again, and numbers before it.
 */
const endOfLog = Prisma.sql`
  SELECT xid, id FROM (
    SELECT xid, id FROM partner_events WHERE xid < pg_snapshot_xmin(pg_current_snapshot())
    UNION ALL SELECT xid, id FROM trimmed_logs WHERE log = 'users.partner_events'
  ) told ORDER BY xid DESC, id DESC LIMIT 1`;

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
      await tx.$executeRaw`
        UPDATE webhook_endpoints SET (cursor_xid, cursor_id) = (last.xid, last.id) FROM (${endOfLog}) last
        WHERE webhook_endpoints.id = ${id}`;
      return { endpointId: id, secretVersion: 1, userErrors: [] };
    }),
  );
}
