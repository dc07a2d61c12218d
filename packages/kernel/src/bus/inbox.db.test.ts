import { randomUUID } from 'node:crypto';
import { useTestDatabase } from '@meridian/testkit/database';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inboxTx, inTransaction } from '../testing/inbox-tx.ts';
import { handleOnce, trimInbox } from './inbox.ts';

const database = useTestDatabase();
let pool: pg.Pool;
beforeAll(() => {
  pool = new pg.Pool({ connectionString: database.urlFor('orders'), options: '-c search_path=orders' });
});
afterAll(() => pool.end());

const consumer = 'orders.test';
const once = (id: string, run: () => Promise<void>, by = consumer) =>
  inTransaction(pool, (client) => handleOnce(inboxTx(client), by, { id }, run));

test('of twins that run at once, one has the effect; so it is with one that comes again', async () => {
  const id = randomUUID();
  let effects = 0;
  const effect = async () => {
    effects++;
    await new Promise((done) => setImmediate(done));
  };
  const ran = await Promise.all(Array.from({ length: 8 }, () => once(id, effect)));
  expect(ran.filter(Boolean)).toHaveLength(1);
  expect(await once(id, effect)).toBe(false);
  expect(effects).toBe(1);
});

test('an effect that fails is as if the message had never come', async () => {
  const id = randomUUID();
  await expect(once(id, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await once(id, async () => {})).toBe(true);
});

test('each consumer has the effect of its own', async () => {
  const id = randomUUID();
  expect(await once(id, async () => {})).toBe(true);
  expect(await once(id, async () => {}, 'orders.other')).toBe(true);
});

test('what was handled long ago is forgotten, and nothing else', async () => {
  const [old, young] = [randomUUID(), randomUUID()];
  await once(old, async () => {});
  await once(young, async () => {});
  await pool.query("UPDATE inbox SET handled_at = now() - interval '40 days' WHERE message_id = $1", [old]);
  expect(await trimInbox(pool, new Date(Date.now() - 30 * 86_400_000))).toBe(1);
  expect(await once(young, async () => {})).toBe(false);
  expect(await once(old, async () => {})).toBe(true);
});
