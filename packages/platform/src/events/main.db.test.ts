import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { park } from '@meridian/kernel/bus/parked';
import { useTestDatabase } from '@meridian/testkit/database';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';

/* The command as people run it, in a process of its own. */
const database = useTestDatabase();
let orders: pg.Pool;
beforeAll(() => {
  orders = new pg.Pool({ connectionString: database.urlFor('orders'), options: '-c search_path=orders' });
});
afterAll(() => orders.end());

const program = new URL('./main.ts', import.meta.url).pathname;
const run = async (...args: string[]) => {
  const env = { PATH: '/usr/bin:/bin', DATABASE_URL: database.adminUrl };
  return promisify(execFile)(process.execPath, [program, ...args], { env }).then(
    ({ stdout }) => ({ code: 0, text: stdout }),
    ({ code, stderr }) => ({ code, text: stderr as string }),
  );
};
const id = '00000000-02ec-8a1b-82c3-00000000001f';
const message = {
  id,
  source: 'rides',
  type: 'ride.status-changed.v1',
  key: 'ride_1',
  data: { secret: 'shown to nobody' },
  at: new Date(),
};

test('shows what waits and what is parked, and asks for a replay', async () => {
  expect(await run('parked')).toEqual({ code: 0, text: 'Nothing is parked.\n' });
  await orders.query(
    "INSERT INTO outbox (type, key, data) VALUES ('test.v1', 'a', '{}'), ('test.v1', 'b', '{}')",
  );
  await park(orders, 'orders.deliveries', message, { tries: 10, error: new Error('no such order') });

  const parked = await run('parked');
  expect(parked.text).toContain(id);
  expect(parked.text).toContain('orders.deliveries  ride.status-changed.v1  ride_1  10 tries');
  expect(parked.text).toContain('Error: no such order');
  expect(parked.text).not.toContain('shown to nobody');

  const status = await run('status');
  expect(status.text).toMatch(/orders: 2 events, the oldest of \d+\.\d s ago/);
  expect(status.text).toContain('rides: nothing');
  expect(status.text).toContain('orders.deliveries: 1');

  expect(await run('replay', id)).toEqual({ code: 0, text: '1 message to be replayed.\n' });
  const { rows } = await orders.query('SELECT replay_at FROM parked_messages');
  expect(rows).toEqual([{ replay_at: expect.any(Date) }]);
  expect((await run('parked')).text).toContain('replay asked for');
});

test('says in one message what is wrong', async () => {
  const unknown = await run('replay', '00000000-0000-8000-8000-000000000000');
  expect(unknown).toMatchObject({ code: 1, text: expect.stringContaining('No message 00000000') });
  expect(await run('replay')).toMatchObject({ code: 1, text: expect.stringContaining('Replay what?') });
  const away = await run('status', '--database-url', 'postgres://x:hidden@127.0.0.1:1/z');
  expect(away).toMatchObject({ code: 1, text: expect.stringContaining('nothing listens there') });
  expect(away.text).not.toContain('hidden');
});
