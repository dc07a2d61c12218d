import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { newId } from '@meridian/kernel/ids';
import { useTestDatabase } from '@meridian/testkit/database';
import { eventually } from '@meridian/testkit/eventually';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { newOrganisation } from '../testing/organisations.ts';
import { openReceiver, type Received } from '../testing/receiver.ts';
import { newOrder, tell } from '../testing/webhooks.ts';
import { newSecret, secretBox } from './secret.ts';

/* Users as its own processes, killed with SIGKILL while receivers in this process think. */
const database = useTestDatabase();
const viewerSecret = 'a secret for tests, of 32 characters or more';
let pool: pg.Pool;
const running = new Set<ChildProcess>();
/** Processes start slowly on a busy machine. */
const patience = { within: 120_000 };
vi.setConfig({ testTimeout: 300_000 });

beforeAll(() => {
  pool = new pg.Pool({ connectionString: database.urlFor('users'), options: '-c search_path=users' });
});
afterEach(async () => {
  for (const child of running) await kill(child);
});
afterAll(() => pool.end());

async function start(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [new URL('../main.ts', import.meta.url).pathname], {
    env: {
      DATABASE_URL: database.urlFor('users'),
      BUS_DATABASE_URL: database.urlFor('bus'),
      VIEWER_SECRET: viewerSecret,
      WEBHOOK_ALLOW_HTTP: 'true',
      WEBHOOK_ALLOW_PRIVATE: 'true',
      HOST: '127.0.0.1',
      PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  for await (const line of createInterface({ input: child.stdout })) {
    const { msg, err } = JSON.parse(line);
    if (msg === 'serving') {
      child.stdout.resume();
      return child;
    }
    if (err) throw new Error(line);
  }
  throw new Error('Users ended before it served');
}

async function kill(child: ChildProcess): Promise<void> {
  running.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function endpoint(url: string) {
  const { id: organisationId } = await newOrganisation(pool);
  const id = newId('webhook');
  const secret = secretBox(viewerSecret).seal(newSecret(), id);
  await pool.query(
    'INSERT INTO webhook_endpoints (id, organisation_id, url, types, secret) VALUES ($1, $2, $3, $4, $5)',
    [id, organisationId, url, [], secret],
  );
  const pending = async () => {
    const text = `SELECT count(*)::int AS n FROM webhook_deliveries WHERE endpoint_id = $1 AND status = 'PENDING'`;
    return (await pool.query<{ n: number }>(text, [id])).rows[0]?.n;
  };
  return { id, pending, tell: (...keys: string[]) => tell(pool, organisationId, ...keys) };
}

/** As if the time had passed after which what a dead process took is taken by others. */
const endLeases = () =>
  pool.query(`WITH ended AS (UPDATE webhook_deliveries SET due_at = now() WHERE status = 'PENDING' AND due_at > now())
    SELECT pg_notify('users_webhooks', '')`);

const stepsOf = (all: Received[], key: string): number[] =>
  all.filter(({ data }) => data.orderId === key).map(({ data }) => data.step);

test('two processes share the work: everything comes once, in order of its subject, never two of one at a time', async () => {
  const receiver = await openReceiver();
  const underWay = new Set<string>();
  const together: string[] = [];
  receiver.answer = async ({ data }) => {
    if (underWay.has(data.orderId)) together.push(data.orderId);
    underWay.add(data.orderId);
    await new Promise((resolve) => setImmediate(resolve));
    underWay.delete(data.orderId);
    return 204;
  };
  await Promise.all([start(), start()]);
  const { tell, pending } = await endpoint(receiver.url);
  const orders = Array.from({ length: 10 }, newOrder);
  await Promise.all([0, 1, 2].map(() => tell(...orders, ...orders)));
  await eventually(async () => receiver.all.length >= 60 && (await pending()) === 0, patience);
  expect(receiver.all).toHaveLength(60);
  expect(new Set(receiver.all.map(({ id }) => id)).size).toBe(60);
  expect(together).toEqual([]);
});

test('killed while the receiver thinks, a process loses nothing: another posts it again with the same id', async () => {
  const receiver = await openReceiver();
  const { tell, pending } = await endpoint(receiver.url);
  const child = await start();
  const order = newOrder();
  receiver.answer = () => new Promise(() => {});
  await tell(order, order, order);
  await eventually(async () => receiver.all.length === 1 && (await pending()) === 3, patience);
  await kill(child);
  expect(await pending()).toBe(3);

  receiver.answer = () => 204;
  await start();
  await endLeases();
  await eventually(async () => (await pending()) === 0, patience);
  expect(stepsOf(receiver.all, order)).toEqual([0, 0, 1, 2]);
  expect(receiver.all[1]?.id).toBe(receiver.all[0]?.id);
});

test('of two processes one is killed again and again: everything comes at least once, in order', async () => {
  const receiver = await openReceiver();
  const { tell, pending } = await endpoint(receiver.url);
  await start();
  const orders = Array.from({ length: 8 }, newOrder);
  const rounds = 2;
  for (let round = 0; round < rounds; round++) {
    const victim = await start();
    const before = receiver.all.length;
    await tell(...orders, ...orders, ...orders);
    await eventually(() => receiver.all.length > before + 4, patience);
    await kill(victim);
    await endLeases();
  }
  await eventually(
    async () => (await pending()) === 0 && new Set(receiver.all.map(({ id }) => id)).size === 48,
    patience,
  );
  for (const order of orders) {
    const steps = stepsOf(receiver.all, order);
    const ids = receiver.all.filter(({ data }) => data.orderId === order).map(({ id }) => id);
    const firsts = steps.filter((_, i) => ids.indexOf(ids[i] ?? '') === i);
    expect(firsts).toHaveLength(6);
    // Within each round the steps of a subject grow.
    for (let i = 0; i < 6; i += 3)
      expect(firsts.slice(i, i + 3)).toEqual(firsts.slice(i, i + 3).toSorted((a, b) => a - b));
  }
});
