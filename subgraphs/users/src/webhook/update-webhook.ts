import type { Viewer } from '@meridian/kernel/viewer';
import type { Context } from '../context.ts';
import type { UpdateWebhookEndpointInput } from '../generated/graphql.ts';
import type { MembershipRow } from '../organisation/organisation.loaders.ts';
import { changeWebhook } from './change-webhook.ts';
import { whyNotTypes, whyNotUrl } from './endpoint.rules.ts';
import { leaveReader } from './event-reader.ts';

/** An organisation changes where and which events are posted, or whether; once enabled, all that waits is tried anew. */
export function updateWebhook(
  context: Pick<Context, 'db' | 'webhooks' | 'now'>,
  viewer: Viewer,
  membership: MembershipRow,
  given: UpdateWebhookEndpointInput,
) {
  const { endpointId, enabled, idempotencyKey } = given;
  const url = given.url == null ? undefined : String(given.url);
  const types = given.types == null ? undefined : [...new Set(given.types)];
  const input = { endpointId, idempotencyKey, ...(url && { url }), ...(types && { types }), enabled };
  const request = { operation: 'updateWebhookEndpoint', input };
  return changeWebhook(context, viewer, membership, request, async (tx, endpoint) => {
    const userErrors = [
      url === undefined ? null : whyNotUrl(url, context.webhooks),
      types === undefined ? null : whyNotTypes(types),
    ].filter((because) => because !== null);
    if (userErrors.length > 0) return { userErrors };
    const now = context.now();
    const where = { id: endpointId };
    if (url !== undefined || types !== undefined)
      await tx.webhookEndpoint.update({
        where,
        data: { ...(url && { url, pausedUntil: null }), ...(types && { types }) },
      });
    if (enabled === false && !endpoint.disabledAt) {
      await leaveReader(tx, endpointId);
      await tx.webhookEndpoint.update({ where, data: { disabledReason: 'BY_REQUEST', disabledAt: now } });
    }
    if (enabled === true && endpoint.disabledAt) {
      await tx.webhookEndpoint.update({
        where,
        data: { disabledReason: null, disabledAt: null, failingSince: null, pausedUntil: null },
      });
      await tx.webhookDelivery.updateMany({
        where: { endpointId, status: 'PENDING', dueAt: { not: null } },
        data: { attempts: 0, dueAt: now },
      });
    }
    return { endpointId, userErrors: [] };
  });
}
