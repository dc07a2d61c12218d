import { useTestDatabase } from '@meridian/testkit/database';
import { eventually } from '@meridian/testkit/eventually';
import pg from 'pg';
import { expect, test } from 'vitest';
import { createLogger } from '../logger.ts';
import { openNotifications } from '../notifications.ts';
import { openEventLog } from './event-log.ts';

const schema = 'catalog';
const database = useTestDatabase();
const logger = createLogger('test', 'silent');
const many = 2_000;

test('an event is read once and put to whom it is for, however many streams wait for others', async () => {
  const url = database.urlFor(schema);
  const pool = new pg.Pool({ connectionString: url, options: `-c search_path=${schema}` });
  const sent: { name: string | undefined; events: number }[] = [];
  const watched = new Proxy(pool, {
    get: (target, property) =>
      property !== 'query'
        ? Reflect.get(target, property)
        : async (query: string | pg.QueryConfig, values?: unknown[]) => {
            const result = await target.query(query as string, values);
            const events = result.rows.filter(({ id }) => id !== null).length;
            sent.push({ name: typeof query === 'string' ? undefined : query.name, events });
            return result;
          },
  });
  const notifications = openNotifications({ url, name: schema, logger });
  const log = await openEventLog({ pool: watched, schema, notifications, logger });

  const told: string[] = [];
  const offered: number[] = [];
  const streams = await Promise.all(
    Array.from({ length: many }, (_, n) =>
      log.stream({ keys: [`key ${n}`], accept: () => offered.push(n) > 0 }),
    ),
  );
  const over = streams.map(async (stream) => {
    for await (const { key } of stream) told.push(key);
  });
  const write = (key: string) =>
    pool.query("INSERT INTO outbox (type, key, data) VALUES ('test.v1', $1, '{}')", [key]);

  sent.length = 0;
  await write('key 7');
  await eventually(() => told.length === 1);
  await write('a key of nobody');
  await write('key 1999');
  await eventually(() => told.length === 2);

  expect(told).toEqual(['key 7', 'key 1999']);
  expect(offered).toEqual([7, 1_999]);
  expect(new Set(sent.map(({ name }) => name))).toEqual(new Set([`read-${schema}.outbox`]));
  expect(sent.reduce((total, { events }) => total + events, 0)).toBe(3);

  for (const stream of streams) await stream.return?.();
  await Promise.all(over);
  await log.stop();
  await notifications.close();
  await pool.end();
});
