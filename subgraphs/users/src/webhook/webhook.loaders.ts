import { batchRead, groupLoader, pageLoader, rowLoader } from '@meridian/kernel/loaders';
import { type Connection, connectionOf, type Page } from '@meridian/kernel/pagination';
import type { Pool } from 'pg';
import type {
  WebhookAttemptModel,
  WebhookDeliveryModel,
  WebhookEndpointModel,
} from '../generated/prisma/models.ts';

/** Without secrets, which only signing and showing them once may read. */
export type WebhookRow = Omit<WebhookEndpointModel, 'secret' | 'previousSecret' | 'cursorId' | 'round'>;
export type DeliveryRow = Omit<WebhookDeliveryModel, 'body' | 'round' | 'key' | 'createdAt'> & {
  eventXid: string;
};
export type DeliveryPage = Connection<DeliveryRow>;
export type AttemptRow = WebhookAttemptModel;
export type AttemptPage = Connection<AttemptRow>;
export type DeliveryPageArguments = Page & { status: readonly DeliveryRow['status'][] };

const columns = `id, organisation_id AS "organisationId", url, types, disabled_reason AS "disabledReason",
  disabled_at AS "disabledAt", failing_since AS "failingSince", paused_until AS "pausedUntil", missed_at AS "missedAt", secret_version AS "secretVersion",
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

const newestAttempts = `
  SELECT a.* FROM unnest($1::bigint[]) AS wanted(id)
  CROSS JOIN LATERAL (
    SELECT id, delivery_id AS "deliveryId", at, duration_ms AS "durationMs", status, error
    FROM webhook_attempts
    WHERE delivery_id = wanted.id AND ($2::bigint IS NULL OR id < $2)
    ORDER BY webhook_attempts.id DESC
    LIMIT $3
  ) a`;

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
  attemptsOfDelivery: pageLoader(
    async (deliveryIds, { first, after }: Page) => {
      const values = [deliveryIds, after?.[0] ?? null, first + 1];
      const query = { name: 'attempts-of-deliveries', text: newestAttempts, values };
      return (await pool.query<AttemptRow>(query)).rows;
    },
    ({ deliveryId }) => String(deliveryId),
  ),
});

/** A page from the rows that `deliveriesOfWebhook` or `attemptsOfDelivery` loaded. */
export const pageById = <Row extends { id: bigint }>(rows: Row[], page: Page): Connection<Row> =>
  connectionOf(rows, page, ({ id }) => [String(id)]);
