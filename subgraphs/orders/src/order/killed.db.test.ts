import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { json } from 'node:stream/consumers';
import { newId } from '@meridian/kernel/ids';
import { viewerHeader, viewerSigner } from '@meridian/kernel/viewer-token';
import { useTestDatabase } from '@meridian/testkit/database';
import { eventually } from '@meridian/testkit/eventually';
import { viewer } from '@meridian/testkit/viewers';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { fakeCatalog } from '../testing/fake-catalog.ts';

/*
 * Orders as its own process, killed with SIGKILL between two steps, and started again. The catalog lives on in this
 * process, behind HTTP.
 */
const database = useTestDatabase();
const viewerSecret = 'a secret for tests, of 32 characters or more';
const catalog = fakeCatalog();
let catalogServer: Server;
let pool: pg.Pool;
const running = new Set<ChildProcess>();

beforeAll(async () => {
  catalogServer = createServer(async (request, response) => {
    const body = (await json(request)) as { query: string; variables: Record<string, unknown> };
    const answer = await catalog.answer(body);
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  catalogServer.listen(0, '127.0.0.1');
  await once(catalogServer, 'listening');
  pool = new pg.Pool({ connectionString: database.urlFor('orders'), options: '-c search_path=orders' });
});
afterEach(async () => {
  for (const child of running) await kill(child);
  catalog.heal();
});
afterAll(async () => {
  catalogServer.closeAllConnections();
  catalogServer.close();
  await pool.end();
});

async function start(): Promise<{ child: ChildProcess; url: string }> {
  const { port } = catalogServer.address() as AddressInfo;
  const child = spawn(process.execPath, [new URL('../main.ts', import.meta.url).pathname], {
    env: {
      DATABASE_URL: database.urlFor('orders'),
      BUS_DATABASE_URL: database.urlFor('bus'),
      CATALOG_URL: `http://127.0.0.1:${port}/graphql`,
      VIEWER_SECRET: viewerSecret,
      HOST: '127.0.0.1',
      PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  for await (const line of createInterface({ input: child.stdout })) {
    const { msg, url, err } = JSON.parse(line);
    if (msg === 'serving') return { child, url };
    if (err) throw new Error(line);
  }
  throw new Error('Orders ended before it served');
}

async function kill(child: ChildProcess): Promise<void> {
  running.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

const shopper = async (url: string) => {
  const ann = viewer(newId('user'));
  const token = await viewerSigner(viewerSecret)(ann);
  const send = async (name: string, type: string, input: object) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [viewerHeader]: token },
      body: JSON.stringify({
        query: `mutation ($input: ${type}!) { ${name}(input: $input) { userErrors { message } } }`,
        variables: { input: { idempotencyKey: randomUUID(), ...input } },
      }),
    });
    const { data, errors } = (await response.json()) as { data: Record<string, unknown>; errors?: unknown };
    expect(errors).toBeUndefined();
    return data[name];
  };
  return {
    id: ann.id,
    add: (variantId: string, quantity: number) =>
      send('cartLinesAdd', 'CartLinesAddInput', { lines: [{ variantId, quantity }] }),
    place: () => send('placeOrder', 'PlaceOrderInput', {}),
    cancel: (orderId: string) => send('cancelOrder', 'CancelOrderInput', { orderId, reason: 'killed' }),
  };
};

const ordersOf = async (customerId: string) => {
  const { rows } = await pool.query(
    'SELECT id, status, stock_due_at IS NOT NULL AS due FROM orders WHERE customer_id = $1',
    [customerId],
  );
  return rows;
};
/** As if the time had passed after which the recovery sees to an order. */
const letTimePass = () => pool.query("UPDATE orders SET stock_due_at = stock_due_at - interval '1 minute'");

test.each([
  ['before the catalog has heard of it', false],
  ['after the catalog has taken the stock', true],
])('killed %s, an order is confirmed by the next process', async (when, carriedOut) => {
  const tea = catalog.sell(`tea ${when}`);
  const { child, url } = await start();
  const ann = await shopper(url);
  await ann.add(tea, 3);
  catalog.meddle(async (_, effect) => {
    if (carriedOut) effect();
    await kill(child);
    return {};
  });
  await expect(ann.place()).rejects.toThrow();
  expect(await ordersOf(ann.id)).toMatchObject([{ status: 'PENDING', due: true }]);

  catalog.heal();
  await letTimePass();
  await start();
  await eventually(async () =>
    expect(await ordersOf(ann.id)).toMatchObject([{ status: 'CONFIRMED', due: false }]),
  );
  expect(catalog.onHand(tea)).toBe(7);
});

test.each([
  ['before the catalog has heard of it', false],
  ['after the catalog has put the stock back', true],
])('killed %s, a cancellation is carried through by the next process', async (when, carriedOut) => {
  const tea = catalog.sell(`cup ${when}`);
  const { child, url } = await start();
  const ann = await shopper(url);
  await ann.add(tea, 3);
  await ann.place();
  const [order] = await ordersOf(ann.id);
  catalog.meddle(async (_, effect) => {
    if (carriedOut) effect();
    await kill(child);
    return {};
  });
  await expect(ann.cancel(order.id)).rejects.toThrow();
  expect(await ordersOf(ann.id)).toMatchObject([{ status: 'CANCELLED', due: true }]);

  catalog.heal();
  await letTimePass();
  await start();
  await eventually(async () =>
    expect(await ordersOf(ann.id)).toMatchObject([{ status: 'CANCELLED', due: false }]),
  );
  expect(catalog.onHand(tea)).toBe(10);
});
