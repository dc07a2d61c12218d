import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { encodeCursor } from '@meridian/kernel/event-log/position';
import { demoViewers } from '@meridian/platform/demo/viewers';
import { eventually } from '@meridian/testkit/eventually';
import { afterAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { useMeridian, type Who } from './meridian.ts';

const meridian = useMeridian('five processes');
const sockets: WebSocket[] = [];
afterAll(() => {
  for (const socket of sockets) socket.terminate();
});

const merchant: Who = {
  subject: demoViewers.find(({ role }) => role === 'MERCHANT_ADMIN')?.userId ?? '',
  scopes: ['catalog:write'],
};

const count = 10_000;
/** Frames so long that what the buffers of sockets hold is a small part of them all. */
const long = Array.from({ length: 20 }, (_, n) => `long${n}: description`).join(' ');

/** Follows prices after a cursor by a bare socket, so that a test decides when it is read. */
async function followPrices(name: string, variables: object) {
  const socket = new WebSocket(`${meridian.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  sockets.push(socket);
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init' }));
  await once(socket, 'message');
  const told: string[] = [];
  const others: unknown[] = [];
  socket.on('message', (data) => {
    const message = JSON.parse(String(data));
    const cursor = message.payload?.data?.priceChanged.cursor;
    if (cursor) told.push(cursor);
    else others.push(message);
  });
  const query = `subscription ${name}($ids: [ID!]!, $after: String) {
    priceChanged(variantIds: $ids, after: $after) { cursor variant { product { ${long} } } }
  }`;
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query, variables } }));
  return { socket, told, others };
}

/** What the router has counted so far, with all labels. */
async function counted(metric: string): Promise<number> {
  const answer = await fetch(`${meridian.url}/metrics`);
  const lines = (await answer.text()).split('\n').filter((line) => line.startsWith(metric));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

/** One price that was set, and ten thousand events like it after that. @returns their cursors */
async function fillLog(variantId: string): Promise<string[]> {
  const input = { variantId, amountMinor: 1, currency: 'EUR', idempotencyKey: randomUUID() };
  const setPrice = 'mutation ($input: SetPriceInput!) { setPrice(input: $input) { userErrors { message } } }';
  await meridian.data(setPrice, { input }, merchant);
  const { rows } = await meridian.pools.catalog.query<{ xid: string; id: string }>(
    `WITH first AS (SELECT * FROM outbox WHERE type = 'price.changed.v1' AND key = $1 ORDER BY id DESC LIMIT 1),
       more AS (INSERT INTO outbox (type, key, data)
         SELECT type, key, data FROM first, generate_series(1, $2) RETURNING xid, id)
     SELECT xid::text, id::text FROM (TABLE more UNION ALL SELECT xid, id FROM first) event ORDER BY event.xid, event.id`,
    [variantId, count],
  );
  return rows.map(({ xid, id }) => encodeCursor('catalog.outbox', { xid: BigInt(xid), id: BigInt(id) }));
}

const patience = { within: 120_000 };

test('who comes back after ten thousand events is told them all at the speed at which they read', {
  timeout: 300_000,
}, async () => {
  const { products } = await meridian.data(
    '{ products(sort: NAME, first: 1) { nodes { variants { id } } } }',
  );
  const [{ id }] = products.nodes[0].variants;
  const [after, ...missed] = await fillLog(id);
  const variables = { ids: [id], after };

  const slow = await followPrices('Slow', variables);
  await eventually(() => slow.told.length > 0, patience);
  slow.socket.pause();
  const quick = await followPrices('Quick', variables);
  await eventually(() => quick.told.length === count, patience);
  expect(quick.told).toEqual(missed);
  // While one has read it all, of the other's as much was taken from the subgraph as sockets and a window hold.
  expect(await counted('meridian_subscription_joins_total')).toBeLessThan(1.5 * count);

  slow.socket.on('message', () => {
    if (slow.told.length % 500 !== 0) return;
    slow.socket.pause();
    void counted('meridian_subscription_joins_total').then(() => slow.socket.resume());
  });
  slow.socket.resume();
  await eventually(() => slow.told.length >= count, patience);
  expect(slow.told).toEqual(missed);
  expect([...slow.others, ...quick.others]).toEqual([]);
  expect(await counted('meridian_upstream_subscriptions_lost_total')).toBe(0);
});
