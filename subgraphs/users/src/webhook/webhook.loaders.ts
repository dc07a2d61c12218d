import { batchRead, groupLoader, pageLoader, rowLoader } from '@meridian/kernel/loaders';
import { type Connection, connectionOf, type Page } from '@meridian/kernel/pagination';
import type { Pool } from 'pg';
import type { WebhookDeliveryModel, WebhookEndpointModel } from '../generated/prisma/models.ts';

/** Without secrets, which only signing and showing them once may read. */
export type WebhookRow = Omit<WebhookEndpointModel, 'secret' | 'previousSecret' | 'cursorId' | 'round'>;
export type DeliveryRow = Omit<WebhookDeliveryModel, 'body' | 'round' | 'key' | 'createdAt'> & {
  eventXid: string;
};
export type DeliveryPage = Connection<DeliveryRow>;
export type DeliveryPageArguments = Page & { status: readonly DeliveryRow['status'][] };

const columns = `id, organisation_id AS "organisationId", url, types, disabled_reason AS "disabledReason",
  disabled_at AS "disabledAt", failing_since AS "failingSince", missed_at AS "missedAt", secret_version AS "secretVersion",
  previous_secret_until AS "previousSecretUntil", created_at AS "createdAt"`;
const byId = `SELECT ${columns} FROM webhook_endpoints WHERE id = ANY($1)`;
const ofOrganisations = `
  SELECT ${columns} FROM webhook_endpoints WHERE organisation_id = ANY($1) ORDER BY created_at, id`;
/** The same page of the deliveries of many endpoints in one statement. */
const newestDeliveries = `
  SELECT d.* FROM unnest($1::text[]) AS wanted(id)
  CROSS JOIN LATERAL (
    SELECT id, endpoint_id AS "endpointId", event_xid::text AS "eventXid", event_id AS "eventId", type, status, attempts,
      due_at AS "dueAt", last_attempt_at AS "lastAttemptAt", last_status AS "lastStatus", last_error AS "lastError",
      settled_at AS "settledAt"
    FROM webhook_deliveries
    WHERE endpoint_id = wanted.id AND status = ANY($2::webhook_delivery_status[]) AND ($3::bigint IS NULL OR id < $3)
    ORDER BY webhook_deliveries.id DESC
    LIMIT $4
  ) d`;

export const webhookLoaders = (pool: Pool) => ({
  webhook: rowLoader(batchRead<WebhookRow>(pool, 'webhook-by-id', byId), ({ id }) => id),
  webhooksOfOrganisation: groupLoader(
    batchRead<WebhookRow>(pool, 'webhooks-of-organisations', ofOrganisations),
    ({ organisationId }) => organisationId,
  ),
  deliveriesOfWebhook: pageLoader(
    async (endpointIds, { first, after, status }: DeliveryPageArguments) => {
      const values = [endpointIds, status, after?.[0] ?? null, first + 1];
      const query = { name: 'deliveries-of-webhooks', text: newestDeliveries, values };
      return (await pool.query<DeliveryRow>(query)).rows;
    },
    ({ endpointId }) => endpointId,
  ),
});

/** A page from the rows that `deliveriesOfWebhook` loaded. */
export const deliveryPage = (rows: DeliveryRow[], page: Page): DeliveryPage =>
  connectionOf(rows, page, ({ id }) => [String(id)]);
