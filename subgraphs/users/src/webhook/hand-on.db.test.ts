import { openDatabase } from '@meridian/kernel/database';
import { newId } from '@meridian/kernel/ids';
import { createLogger } from '@meridian/kernel/logger';
import { useTestDatabase } from '@meridian/testkit/database';
import { eventually } from '@meridian/testkit/eventually';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { PrismaClient } from '../generated/prisma/client.ts';
import { newOrganisation } from '../testing/organisations.ts';
import { newOrder, tell } from '../testing/webhooks.ts';
import type { FanOut } from './add-deliveries.ts';
import { leaveReader } from './event-reader.ts';
import { fanOut } from './fan-out.ts';

const testDatabase = useTestDatabase();
const logger = createLogger('test', 'silent');
let admin: pg.Pool;
/** Two processes, as far as making deliveries goes. */
let processes: (FanOut & { end(): Promise<void>; transactions(): number })[];

function openProcess() {
  const { pool, prisma, close } = openDatabase({
    url: testDatabase.urlFor('users'),
    schema: 'users',
    logger,
  });
  const client = new PrismaClient(prisma);
  let transactions = 0;
  const db = new Proxy(client, {
    get(target, name) {
      if (name === '$transaction') transactions++;
      return Reflect.get(target, name);
    },
  });
  const partnerLog = { cursorOf: ({ id }: { id: bigint }) => `cursor ${id}` };
  const end = async () => {
    await client.$disconnect();
    await close();
  };
  return { db, pool, partnerLog, logger, now: () => new Date(), end, transactions: () => transactions };
}

beforeAll(() => {
  admin = new pg.Pool({ connectionString: testDatabase.urlFor('users'), options: '-c search_path=users' });
  processes = [openProcess(), openProcess()];
});
beforeEach(async () => {
  await admin.query('DELETE FROM webhook_endpoints; DELETE FROM trimmed_logs');
  await work();
});
afterAll(async () => {
  for (const { end } of processes) await end();
  await admin.end();
});

/** Has one process, or more at once, make deliveries until nothing is left to do. */
async function work(...by: FanOut[]): Promise<void> {
  const all = by.length > 0 ? by : processes.slice(0, 1);
  // What other databases of the server have open holds the log back.
  await eventually(async () => {
    await Promise.all(
      all.map(async (context) => {
        while (await fanOut(context, () => false));
      }),
    );
    const { rows } = await admin.query(
      `SELECT FROM partner_events p, webhook_readers r WHERE (p.xid, p.id) > (r.xid, r.id)`,
    );
    return rows.length === 0;
  });
}

/** Endpoints that keep up, of one organisation each. */
async function endpoints(count: number, types: string[] = []) {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const { id: organisationId } = await newOrganisation(admin);
      const id = newId('webhook');
      await admin.query(
        `INSERT INTO webhook_endpoints (id, organisation_id, url, types, secret)
         VALUES ($1, $2, 'https://example.org/', $3, '')`,
        [id, organisationId, types],
      );
      return { id, organisationId };
    }),
  );
}
type Delivery = { key: string; event: string; isDue: boolean };
const deliveriesOf = async (id: string): Promise<Delivery[]> => {
  const text = `SELECT key, event_id::text AS event, due_at IS NOT NULL AS "isDue"
    FROM webhook_deliveries WHERE endpoint_id = $1 ORDER BY id`;
  return (await admin.query<Delivery>(text, [id])).rows;
};
const keysOf = async (id: string) => (await deliveriesOf(id)).map(({ key }) => key);
const behind = async () =>
  (await admin.query('SELECT id FROM webhook_endpoints WHERE cursor_xid IS NOT NULL')).rows.length;

test('each event is read once, however many endpoints there are, and handed to those that want it', async () => {
  const all = await endpoints(60);
  const [picky] = await endpoints(1, ['order.placed.v1']);
  const [first, second] = all;
  const [ours, everyones] = [newOrder(), newOrder()];
  const [{ transactions } = { transactions: () => 0 }] = processes;
  const before = transactions();
  await tell(admin, first?.organisationId ?? '', ours, ours);
  await tell(admin, null, everyones, everyones);
  await work();
  // One for what was free to be read at once; more only when the log was held back.
  expect(transactions() - before).toBeLessThanOrEqual(4);
  expect(await deliveriesOf(first?.id ?? '')).toMatchObject([
    { key: ours, isDue: true },
    { key: ours, isDue: false },
    { key: everyones, isDue: true },
    { key: everyones, isDue: false },
  ]);
  expect(await keysOf(second?.id ?? '')).toEqual([everyones, everyones]);
  expect(await keysOf(picky?.id ?? '')).toEqual([]);
  expect(await behind()).toBe(0);
});

test('two processes, and endpoints that are disabled and enabled: everyone gets everything once and in order', async () => {
  const all = await endpoints(5);
  const ids = all.map(({ id }) => id);
  const orders = Array.from({ length: 3 }, newOrder);
  const switched = async (id: string, isOn: boolean) =>
    processes[0]?.db.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT FROM webhook_endpoints WHERE id = ${id} FOR NO KEY UPDATE`;
      if (!isOn) await leaveReader(tx, id);
      const data = isOn
        ? { disabledAt: null, disabledReason: null }
        : ({ disabledAt: new Date(), disabledReason: 'BY_REQUEST' } as const);
      await tx.webhookEndpoint.update({ where: { id }, data });
    });
  const telling = async () => {
    for (let n = 0; n < 40; n++) await tell(admin, null, ...orders);
  };
  const switching = async () => {
    for (let n = 0; n < 40; n++) {
      const id = ids[n % 3] ?? '';
      await switched(id, false);
      await switched(id, true);
    }
  };
  let told = false;
  const working = processes.map(async (context) => {
    while (!told) await fanOut(context, () => false);
  });
  await Promise.all([telling(), switching()]);
  told = true;
  await Promise.all(working);
  await work(...processes);

  const expected = (
    await admin.query('SELECT id::text FROM partner_events WHERE key = ANY ($1) ORDER BY xid, id', [orders])
  ).rows;
  expect(expected).toHaveLength(120);
  for (const id of ids) {
    const deliveries = await deliveriesOf(id);
    expect(deliveries.map(({ event }) => event)).toEqual(expected.map((event) => event.id));
    expect(deliveries.filter(({ isDue }) => isDue)).toHaveLength(3);
  }
  expect(await behind()).toBe(0);
});

test('an endpoint that is full falls behind, holds up nobody, and goes on with the reader when it has room', async () => {
  const [full, other] = await endpoints(2);
  const many = `INSERT INTO partner_events (type, key, data) SELECT 'order.status-changed.v1', 'order_' || n, '{}'
    FROM generate_series(1, 700) n`;
  await admin.query(many);
  const settle = (id: string | undefined) =>
    admin.query(
      `UPDATE webhook_deliveries SET status = 'DELIVERED', settled_at = now(), body = NULL
       WHERE endpoint_id = $1 AND status = 'PENDING'`,
      [id],
    );
  const working = [other?.id, other?.id];
  await work();
  expect(await keysOf(full?.id ?? '')).toHaveLength(500);
  expect(await behind()).toBe(2);
  for (const id of working) {
    await settle(id);
    await work();
  }
  expect(await keysOf(other?.id ?? '')).toHaveLength(700);
  expect(await keysOf(full?.id ?? '')).toHaveLength(500);
  expect(await behind()).toBe(1);
  await settle(full?.id);
  await work();
  expect(new Set(await keysOf(full?.id ?? '')).size).toBe(700);
  expect(await behind()).toBe(0);
});

test('what one transaction makes is bounded, and no event is left out', async () => {
  const all = await endpoints(30);
  const many = `INSERT INTO partner_events (type, key, data) SELECT 'order.status-changed.v1', 'order_' || n, '{}'
    FROM generate_series(1, 240) n`;
  await admin.query(many);
  await work();
  // 240 events for 30 are more than 5,000 deliveries, so more than one transaction.
  for (const { id } of all) expect(await keysOf(id)).toHaveLength(240);
  const { rows } = await admin.query('SELECT count(DISTINCT xmin::text)::int AS n FROM webhook_deliveries');
  expect(rows[0].n).toBe(2);
});

test('everyone is told when events were trimmed before anybody could have them', async () => {
  const [one, disabled] = await endpoints(2);
  await admin.query(
    `UPDATE webhook_endpoints SET cursor_xid = r.xid, cursor_id = r.id, disabled_at = now(), disabled_reason = 'GONE'
     FROM webhook_readers r WHERE webhook_endpoints.id = $1`,
    [disabled?.id],
  );
  const [lost, kept] = [newOrder(), newOrder()];
  await tell(admin, null, lost, kept);
  await admin.query(
    `WITH gone AS (DELETE FROM partner_events WHERE key = $1 RETURNING xid, id)
     INSERT INTO trimmed_logs (log, xid, id) SELECT 'users.partner_events', xid, id FROM gone`,
    [lost],
  );
  await work();
  expect(await keysOf(one?.id ?? '')).toEqual([kept]);
  const { rows } = await admin.query('SELECT id FROM webhook_endpoints WHERE missed_at IS NOT NULL');
  expect(rows).toEqual([{ id: one?.id }]);
});
