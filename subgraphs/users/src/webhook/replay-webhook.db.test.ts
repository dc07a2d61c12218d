import { randomUUID } from 'node:crypto';
import { encodeCursor } from '@meridian/kernel/event-log/position';
import type { Viewer } from '@meridian/kernel/viewer';
import { eventually } from '@meridian/testkit/eventually';
import { useTestSubgraph } from '@meridian/testkit/subgraph';
import { expect, test } from 'vitest';
import { createUsers } from '../subgraph.ts';
import { newOrganisation } from '../testing/organisations.ts';
import { changeWebhook, newOrder, tell } from '../testing/webhooks.ts';

const users = useTestSubgraph({ name: 'users', create: createUsers });

/** Cursors of the first events after a cursor that an organisation may see. */
async function cursorsOf(member: Viewer, after?: string): Promise<string[]> {
  const query = 'query ($after: String) { partnerEvents(first: 2, after: $after) { nodes { cursor } } }';
  const { partnerEvents } = await users.data(query, { after }, member);
  return partnerEvents.nodes.map(({ cursor }: { cursor: string }) => cursor);
}

test('a repeated request gets the first answer, though its cursor has expired since; another is refused', async () => {
  const { id: organisationId, admin } = await newOrganisation(users.pool);
  const url = 'https://hooks.example.org/meridian';
  const { webhookEndpoint } = await changeWebhook(users, admin, 'createWebhookEndpoint', { url });
  const endpointId = webhookEndpoint.id;
  await changeWebhook(users, admin, 'updateWebhookEndpoint', { endpointId, enabled: false });
  await tell(users.pool, organisationId, newOrder(), newOrder());
  const [after] = await eventually(async () => {
    const cursors = await cursorsOf(admin);
    return cursors.length === 2 && cursors;
  });
  const input = { endpointId, after, idempotencyKey: randomUUID() };
  const replay = (differs: object = {}) =>
    changeWebhook(users, admin, 'replayWebhook', { ...input, ...differs });
  expect(await replay()).toMatchObject({ replayed: false, webhookEndpoint: { id: endpointId } });

  // More than a process keeps in memory: what is older is asked of Postgres, where it is gone.
  const { rows } = await users.pool.query<{ xid: string; id: string }>(
    `INSERT INTO partner_events (type, key, data, organisation_id)
     SELECT type, key, data, organisation_id FROM partner_events event, generate_series(1, 1500)
     RETURNING xid::text, id::text`,
  );
  const [xid, id] = [BigInt(rows[0]?.xid ?? 0), Math.max(...rows.map((row) => Number(row.id)))];
  const lastButOne = encodeCursor('users.partner_events', { xid, id: BigInt(id - 1) });
  await eventually(async () => (await cursorsOf(admin, lastButOne)).length === 1);
  await users.pool.query(
    `WITH gone AS (DELETE FROM partner_events WHERE id <= (SELECT max(id) - 10 FROM partner_events) RETURNING xid, id)
     INSERT INTO trimmed_logs (log, xid, id)
     SELECT 'users.partner_events', xid, id FROM gone ORDER BY xid DESC, id DESC LIMIT 1`,
  );
  const refused = { extensions: { code: 'CURSOR_EXPIRED', resumeFrom: expect.any(String) } };
  await eventually(() =>
    expect(replay({ idempotencyKey: randomUUID() }))
      .rejects.toMatchObject(refused)
      .then(() => true),
  );
  expect(await replay()).toMatchObject({ replayed: true, webhookEndpoint: { id: endpointId } });
});
