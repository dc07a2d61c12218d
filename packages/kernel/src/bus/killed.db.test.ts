import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { useTestDatabase } from '@meridian/testkit/database';
import { eventually } from '@meridian/testkit/eventually';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';

/* Relay and consumer as processes of their own, killed with SIGKILL in the middle of their work. */
const database = useTestDatabase();
const running = new Set<ChildProcess>();
let catalog: pg.Pool;
let orders: pg.Pool;

beforeAll(() => {
  const poolOf = (schema: string) =>
    new pg.Pool({ connectionString: database.urlFor(schema), options: `-c search_path=${schema}` });
  catalog = poolOf('catalog');
  orders = poolOf('orders');
});
afterAll(async () => {
  for (const child of running) await kill(child);
  await catalog.end();
  await orders.end();
});

async function start(): Promise<ChildProcess> {
  const program = new URL('../testing/backbone-program.ts', import.meta.url).pathname;
  const urls = ['catalog', 'orders', 'bus'].map((schema) => database.urlFor(schema));
  const child = spawn(process.execPath, [program, ...urls], { stdio: ['ignore', 'pipe', 'inherit'] });
  running.add(child);
  await once(child.stdout, 'data');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  running.delete(child);
  child.kill('SIGKILL');
  await once(child, 'exit');
}

const keys = Array.from({ length: 10 }, (_, key) => `key_${key}`);

/** Writes events for all keys until told to end, never far ahead of what was done. @returns how many for each key */
async function tellUntil(ended: () => boolean): Promise<number> {
  for (let number = 0; ; number++) {
    if (ended()) return number;
    await Promise.all(
      keys.map((key) =>
        catalog.query("INSERT INTO outbox (type, key, data) VALUES ('test.v1', $1, $2)", [key, { number }]),
      ),
    );
    await eventually(async () => (await effects()).length > (number - 10) * keys.length, patience);
  }
}
const patience = { within: 60_000, every: 20 };

const effects = async () => {
  const { rows } = await orders.query<{ key: string; number: number }>(
    "SELECT key, (data->>'number')::int AS number FROM outbox WHERE type = 'effect.v1' ORDER BY id",
  );
  return rows;
};

test('of two processes killed again and again nothing is lost, nothing done twice, nothing out of order', async () => {
  let [one, two] = [await start(), await start()];
  let ended = false;
  const telling = tellUntil(() => ended);
  for (let killed = 0; killed < 3; killed++) {
    const seen = (await effects()).length;
    await eventually(async () => (await effects()).length > seen + 20, patience);
    await kill(one);
    [one, two] = [two, await start()];
  }
  ended = true;
  const told = await telling;
  await eventually(async () => (await effects()).length >= keys.length * told, patience);
  const done = await effects();
  expect(done).toHaveLength(keys.length * told);
  const inOrder = Array.from({ length: told }, (_, number) => number);
  for (const key of keys)
    expect(done.filter((effect) => effect.key === key).map(({ number }) => number)).toEqual(inOrder);
}, 300_000);
