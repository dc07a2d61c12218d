import { eventually } from '@meridian/testkit/eventually';
import { useTestSubgraph } from '@meridian/testkit/subgraph';
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { createUsers } from '../subgraph.ts';
import { newOrganisation } from '../testing/organisations.ts';
import { openReceiver } from '../testing/receiver.ts';
import { changeWebhook, newOrder, readWebhook, tell, toThisMachine, wake } from '../testing/webhooks.ts';
import { newSecret, secretBox } from './secret.ts';

let ahead = 0;
const now = () => new Date(Date.now() + ahead);
const users = useTestSubgraph({
  name: 'users',
  create: (dependencies) => createUsers({ ...dependencies, webhooks: toThisMachine, now }),
});

test('what cannot be signed because the key was changed has failed, says so, and goes on after a rotation', async () => {
  const { id, admin } = await newOrganisation(users.pool);
  const receiver = await openReceiver();
  const made = await changeWebhook(users, admin, 'createWebhookEndpoint', { url: receiver.url });
  const endpointId: string = made.webhookEndpoint.id;
  const sealedByAnother = secretBox('another key, of 32 characters or more').seal(newSecret(), endpointId);
  await users.pool.query('UPDATE webhook_endpoints SET secret = $2 WHERE id = $1', [
    endpointId,
    sealedByAnother,
  ]);
  await tell(users.pool, id, newOrder());
  const read = () => readWebhook(users, admin, endpointId);
  const failing = await eventually(async () => {
    const endpoint = await read();
    return endpoint.failingSince && endpoint;
  });
  expect(failing.deliveries.nodes[0]).toMatchObject({
    status: 'PENDING',
    attempts: 1,
    lastStatus: null,
    lastError: 'The signing secret could not be read; rotate it to go on',
  });

  const rotate = { endpointId, overlapHours: 24 };
  const { secret } = await changeWebhook(users, admin, 'rotateWebhookSecret', rotate);
  ahead += 60_000;
  await wake(users.pool);
  await eventually(() => receiver.all.length === 1);
  const [{ body, headers } = { body: '', headers: {} }] = receiver.all;
  expect(() => new Webhook(secret).verify(body, headers as Record<string, string>)).not.toThrow();
});
