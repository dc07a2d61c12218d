import { randomUUID } from 'node:crypto';
import { newId } from '@meridian/kernel/ids';
import type { Viewer } from '@meridian/kernel/viewer';
import type { TestSubgraph } from '@meridian/testkit/subgraph';
import type { Pool } from 'pg';
import { webhookChannel } from '../webhook/change-webhook.ts';
import type { WebhookOptions } from '../webhook/webhook.settings.ts';
import { newOrganisation } from './organisations.ts';
import { openReceiver } from './receiver.ts';

/** Receivers of tests are on this machine. */
export const toThisMachine: WebhookOptions = { secretKey: null, allowHttp: true, allowPrivate: true };

const endpoint = `id url types enabled disabledReason disabledAt failingSince pausedUntil missedAt previousSecretUntil
  deliveries(first: 100) { nodes { id eventId type cursor status attempts lastAttemptAt lastStatus lastError
    nextAttemptAt settledAt attemptLog { nodes { at durationMs status error } pageInfo { hasNextPage } } } }`;
const payload = `replayed webhookEndpoint { ${endpoint} } userErrors { code path }`;
const inputs: Record<string, string> = { rotateWebhookSecret: 'RotateWebhookSecretInput' };
const withSecret = ['createWebhookEndpoint', 'rotateWebhookSecret'];

/** The mutation of this name, by an admin of an organisation. */
export async function changeWebhook(
  users: TestSubgraph,
  by: Viewer,
  mutation: string,
  input: object,
): Promise<any> {
  const type = inputs[mutation] ?? `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
  const wanted = withSecret.includes(mutation) ? `secret ${payload}` : payload;
  const query = `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${wanted} } }`;
  return (await users.data(query, { input: { idempotencyKey: randomUUID(), ...input } }, by))[mutation];
}

/** An organisation with an endpoint at a receiver. */
export async function newListener(users: TestSubgraph, input: object = {}) {
  const organisation = await newOrganisation(users.pool);
  const receiver = await openReceiver();
  const { admin } = organisation;
  const made = await changeWebhook(users, admin, 'createWebhookEndpoint', { url: receiver.url, ...input });
  const endpointId: string = made.webhookEndpoint.id;
  return {
    ...organisation,
    receiver,
    endpointId,
    secret: made.secret as string,
    tell: (...keys: string[]) => tell(users.pool, organisation.id, ...keys),
    read: () => readWebhook(users, admin, endpointId),
    change: (mutation: string, changes: object = {}) =>
      changeWebhook(users, admin, mutation, { endpointId, ...changes }),
  };
}

/** The endpoint as its organisation sees it. */
export async function readWebhook(users: TestSubgraph, by: Viewer, id: string): Promise<any> {
  const query = `query ($id: ID!) { node(id: $id) { ... on WebhookEndpoint { ${endpoint} } } }`;
  return (await users.data(query, { id }, by)).node;
}

/** Appends events of these keys to the log of an organisation. */
export async function tell(pool: Pool, organisationId: string | null, ...keys: string[]): Promise<void> {
  for (const [i, key] of keys.entries())
    await pool.query(
      `INSERT INTO partner_events (type, key, data, organisation_id)
       VALUES ('order.status-changed.v1', $1, $2, $3)`,
      [
        key,
        { orderId: key, customerId: 'user_1', from: 'PENDING', to: 'CONFIRMED', step: i },
        organisationId,
      ],
    );
}

/** Has those who post look again, as after a change of the clock. */
export const wake = (pool: Pool) => pool.query('SELECT pg_notify($1, $2)', [webhookChannel, '']);

export const newOrder = (): string => newId('order');
