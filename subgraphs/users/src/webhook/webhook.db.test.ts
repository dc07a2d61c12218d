import { randomUUID } from 'node:crypto';
import { useTestSubgraph } from '@meridian/testkit/subgraph';
import { expect, test } from 'vitest';
import { createUsers } from '../subgraph.ts';
import { newOrganisation } from '../testing/organisations.ts';
import { changeWebhook, readWebhook } from '../testing/webhooks.ts';

/** As in production: https to public addresses only. Nothing is told here, so nothing is posted. */
const users = useTestSubgraph({ name: 'users', create: createUsers });
const url = 'https://hooks.example.org/meridian';

test('an admin makes an endpoint, whose secret is shown once and kept unreadable', async () => {
  const { id, admin, member } = await newOrganisation(users.pool);
  const types = ['order.placed.v1', 'order.placed.v1'];
  const { webhookEndpoint, secret } = await changeWebhook(users, admin, 'createWebhookEndpoint', {
    url,
    types,
  });
  expect(secret).toMatch(/^whsec_/);
  expect(webhookEndpoint).toMatchObject({
    url,
    types: ['order.placed.v1'],
    enabled: true,
    failingSince: null,
  });
  expect(await readWebhook(users, member, webhookEndpoint.id)).toEqual(webhookEndpoint);
  const list = await users.data('{ webhookEndpoints { id } }', {}, member);
  expect(list.webhookEndpoints).toEqual([{ id: webhookEndpoint.id }]);

  const everything = await Promise.all(
    ['webhook_endpoints', 'idempotency_keys', 'outbox'].map((table) =>
      users.pool.query(`SELECT t::text, encode(t::text::bytea, 'escape') FROM ${table} t`),
    ),
  );
  expect(JSON.stringify(everything.map(({ rows }) => rows))).not.toContain(secret.slice(6));
  const { rows } = await users.pool.query('SELECT secret FROM webhook_endpoints WHERE organisation_id = $1', [
    id,
  ]);
  expect(rows[0].secret.includes(Buffer.from(secret.slice(6), 'base64'))).toBe(false);
});

test('a repeated request makes one endpoint and gives its secret again, until that is rotated', async () => {
  const { admin } = await newOrganisation(users.pool);
  const idempotencyKey = randomUUID();
  const make = () => changeWebhook(users, admin, 'createWebhookEndpoint', { url, idempotencyKey });
  const answers = await Promise.all([make(), make(), make()]);
  expect(new Set(answers.map(({ secret }) => secret)).size).toBe(1);
  expect(new Set(answers.map(({ webhookEndpoint }) => webhookEndpoint.id)).size).toBe(1);

  const endpointId = answers[0].webhookEndpoint.id;
  const rotated = await changeWebhook(users, admin, 'rotateWebhookSecret', { endpointId, overlapHours: 24 });
  expect(rotated.secret).not.toBe(answers[0].secret);
  expect(rotated.webhookEndpoint.previousSecretUntil).not.toBeNull();
  expect((await make()).secret).toBeNull();
});

test('an endpoint is changed, disabled, enabled and deleted by admins of its organisation alone', async () => {
  const [ours, theirs] = [await newOrganisation(users.pool), await newOrganisation(users.pool)];
  const { webhookEndpoint } = await changeWebhook(users, ours.admin, 'createWebhookEndpoint', { url });
  const endpointId = webhookEndpoint.id;
  const update = (changes: object, by = ours.admin) =>
    changeWebhook(users, by, 'updateWebhookEndpoint', { endpointId, ...changes });

  expect((await update({ enabled: false })).webhookEndpoint).toMatchObject({
    enabled: false,
    disabledReason: 'BY_REQUEST',
  });
  expect((await update({ enabled: true, url: `${url}/2`, types: [] })).webhookEndpoint).toMatchObject({
    enabled: true,
    disabledReason: null,
    url: `${url}/2`,
  });

  const refusal = { webhookEndpoint: null, userErrors: [{ code: 'NOT_FOUND', path: ['endpointId'] }] };
  expect(await update({ enabled: false }, theirs.admin)).toMatchObject(refusal);
  expect(await readWebhook(users, theirs.admin, endpointId)).toBeNull();
  await expect(update({ enabled: false }, ours.member)).rejects.toMatchObject({
    extensions: { code: 'FORBIDDEN' },
  });

  expect(
    (await changeWebhook(users, ours.admin, 'deleteWebhookEndpoint', { endpointId })).userErrors,
  ).toEqual([]);
  expect(await readWebhook(users, ours.admin, endpointId)).toBeNull();
  expect(await update({ enabled: true })).toMatchObject(refusal);
});

test('what cannot do is refused with the reason', async () => {
  const { admin } = await newOrganisation(users.pool);
  const refused = async (input: object) =>
    (await changeWebhook(users, admin, 'createWebhookEndpoint', { url, ...input })).userErrors;
  for (const bad of [
    'http://example.org/',
    'https://localhost/',
    'https://10.0.0.1/',
    'https://a:b@example.org/',
  ])
    expect(await refused({ url: bad }), bad).toEqual([{ code: 'INVALID', path: ['url'] }]);
  expect(await refused({ types: ['user.updated.v1'] })).toEqual([{ code: 'INVALID', path: ['types'] }]);

  const { webhookEndpoint } = await changeWebhook(users, admin, 'createWebhookEndpoint', { url });
  const rotate = { endpointId: webhookEndpoint.id, overlapHours: 169 };
  expect((await changeWebhook(users, admin, 'rotateWebhookSecret', rotate)).userErrors).toEqual([
    { code: 'INVALID', path: ['overlapHours'] },
  ]);
  const replay = changeWebhook(users, admin, 'replayWebhook', {
    endpointId: webhookEndpoint.id,
    after: 'nonsense',
  });
  await expect(replay).rejects.toMatchObject({ extensions: { code: 'CURSOR_INVALID' } });
});

test('an organisation has twenty endpoints at most, even when it asks for many at once', async () => {
  const { admin } = await newOrganisation(users.pool);
  const answers = await Promise.all(
    Array.from({ length: 25 }, (_, i) =>
      changeWebhook(users, admin, 'createWebhookEndpoint', { url: `${url}/${i}` }),
    ),
  );
  expect(answers.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(20);
});
