import { useTestDatabase } from '@meridian/testkit/database';
import { eventually } from '@meridian/testkit/eventually';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../logger.ts';
import { type Notifications, openNotifications } from '../notifications.ts';
import { type EventLog, openEventLog } from './event-log.ts';
import type { LoggedEvent } from './log-table.ts';
import type { Condition } from './read-page.ts';

const schema = 'catalog';
const database = useTestDatabase();
const logger = createLogger('test', 'silent');
let pool: pg.Pool;
let notifications: Notifications;
/** One that remembers much, and one that has to ask Postgres again and again. */
let log: EventLog;
let forgetful: EventLog;

beforeAll(async () => {
  const url = database.urlFor(schema);
  pool = new pg.Pool({ connectionString: url, max: 20, options: `-c search_path=${schema}` });
  notifications = openNotifications({ url, name: schema, logger });
  log = await openEventLog({ pool, schema, notifications, logger });
  forgetful = await openEventLog({ pool, schema, notifications, logger, kept: 5 });
});
afterAll(async () => {
  await log.stop();
  await forgetful.stop();
  await notifications.close();
  await pool.end();
});

const writeMany = (count: number, key: string, type = 'test.v1') =>
  pool.query(
    `INSERT INTO outbox (type, key, data) SELECT $1, $2, jsonb_build_object('n', n) FROM generate_series(1, $3) n`,
    [type, key, count],
  );

/** The whole log by now, in its order. */
const truth = async (): Promise<string[]> =>
  (await pool.query('SELECT id FROM outbox ORDER BY xid, id')).rows.map(({ id }) => String(id));

const take = async (stream: AsyncIterator<LoggedEvent>, count: number): Promise<LoggedEvent[]> => {
  const events: LoggedEvent[] = [];
  while (events.length < count) events.push((await stream.next()).value);
  return events;
};
const ids = (events: readonly LoggedEvent[]) => events.map(({ position }) => String(position.id));

/** Numbers that look random and are the same in every run. */
function randomNumbers(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state % below;
  };
}

test('readers that come and go with their cursors, while writers commit in any order, see exactly the log', async () => {
  const random = randomNumbers(7);
  const from = log.cursorOf({ xid: 0n, id: 0n });
  await writeMany(700, 'old', 'race.v1');

  const write = async (writer: number) => {
    for (let i = 0; i < 25; i++) {
      const client = await pool.connect();
      await client.query('BEGIN');
      for (let left = 1 + random(4); left > 0; left--)
        await client.query(`INSERT INTO outbox (type, key, data) VALUES ('race.v1', $1, '{}')`, [
          `w${writer}`,
        ]);
      await client.query('SELECT pg_sleep($1)', [random(8) / 1_000]);
      await client.query(random(10) === 0 ? 'ROLLBACK' : 'COMMIT');
      client.release();
    }
  };
  /** Takes some events, leaves, and comes back with its last cursor, up to the event that is the last. */
  const follow = async (one: EventLog): Promise<string[]> => {
    const seen: string[] = [];
    let after = from;
    for (let isLast = false; !isLast; ) {
      const stream = await one.stream({ types: ['race.v1', 'last.v1'], after });
      for (let left = 1 + random(40); left > 0 && !isLast; left--) {
        const { value } = await stream.next();
        seen.push(String(value?.position.id));
        after = value?.cursor ?? after;
        isLast = value?.type === 'last.v1';
      }
      await stream.return?.();
    }
    return seen;
  };

  const followers = Promise.all(
    [log, forgetful].flatMap((one) => Array.from({ length: 8 }, () => follow(one))),
  );
  await Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer)));
  await writeMany(1, 'all', 'last.v1');
  const expected = await truth();
  for (const seen of await followers) expect(seen).toEqual(expected);
});

test('a stream by key or type is told what it asked for only, old and new, and pages agree', async () => {
  const from = (await log.read({ first: 0 })).endCursor;
  await writeMany(300, 'mine');
  await writeMany(300, 'others');
  await writeMany(50, 'mine', 'rare.v1');
  for (const one of [log, forgetful]) {
    const mine = await one.stream({ keys: ['mine'], after: from });
    const rare = await one.stream({ types: ['rare.v1'], after: from });
    const odd = await one.stream({
      keys: ['mine', 'others'],
      types: ['test.v1'],
      after: from,
      accept: ({ data }) => (data as { n: number }).n % 2 === 1,
    });
    const [all, few, half] = [await take(mine, 350), await take(rare, 50), await take(odd, 300)];
    expect(all.every(({ key }) => key === 'mine')).toBe(true);
    expect(ids(few)).toEqual(ids(all.slice(300)));
    expect(half.every(({ data }) => (data as { n: number }).n % 2 === 1)).toBe(true);

    const live = [mine.next(), rare.next()];
    await writeMany(1, 'others', 'rare.v1');
    await writeMany(1, 'mine', 'rare.v1');
    const [nextMine, nextRare] = await Promise.all(live);
    expect([nextMine?.value.key, nextRare?.value.key]).toEqual(['mine', 'others']);
    for (const stream of [mine, rare, odd]) await stream.return?.();

    const pages: LoggedEvent[] = [];
    for (let after = from, more = true; more; ) {
      const page = await one.read({ keys: ['mine'], first: 64, after });
      pages.push(...page.events);
      [after, more] = [page.endCursor, page.hasNextPage];
    }
    expect(ids(pages.slice(0, 350))).toEqual(ids(all));
  }
});

test('a condition of the caller, with columns of its own, goes into the statement', async () => {
  await writeMany(3, "o'hara");
  const where: Condition = (value) =>
    `event.key = ${value("o'hara")} AND (event.data->>'n')::int > ${value(1)}`;
  const { events, hasNextPage } = await eventually(async () => {
    const page = await log.read({ first: 10, where });
    return page.events.length > 0 && page;
  });
  expect(events.map(({ data }) => data)).toEqual([{ n: 2 }, { n: 3 }]);
  expect(hasNextPage).toBe(false);
});

test('a cursor that this database never gave is refused, with one that gives all there is', async () => {
  const never = log.cursorOf({ xid: 2n ** 50n, id: 1n });
  const resumeFrom = log.cursorOf({ xid: 0n, id: 0n });
  const invalid = { extensions: { code: 'CURSOR_INVALID', resumeFrom } };
  await expect(log.stream({ after: never })).rejects.toMatchObject(invalid);
  await expect(log.read({ first: 1, after: never })).rejects.toMatchObject(invalid);
  await expect(log.stream({ after: 'nonsense' })).rejects.toMatchObject(invalid);
  const [oldest] = (await log.read({ first: 1, after: resumeFrom })).events;
  expect(oldest).toEqual((await log.read({ first: 1 })).events[0]);
});

test('a reader that stops reading holds up nobody, and finds all of it when it reads on', async () => {
  const [slow, quick] = [
    await forgetful.stream({ keys: ['slow'] }),
    await forgetful.stream({ keys: ['slow'] }),
  ];
  await writeMany(500, 'slow');
  const told = await take(quick, 500);
  expect(ids(await take(slow, 500))).toEqual(ids(told));
  await slow.return?.();
  await quick.return?.();
});

test('while Postgres does not answer a stream waits, and goes on where it was', async () => {
  let away = false;
  const flaky = new Proxy(pool, {
    get: (target, property) =>
      property === 'query' && away
        ? async () => Promise.reject(new Error('away'))
        : Reflect.get(target, property),
  });
  const own = openNotifications({ url: database.urlFor(schema), name: schema, logger });
  const one = await openEventLog({ pool: flaky, schema, notifications: own, logger, kept: 5 });
  const stream = await one.stream({ keys: ['through'] });
  await writeMany(100, 'through');
  expect(await take(stream, 1)).toHaveLength(1);
  away = true;
  const rest = take(stream, 99);
  await writeMany(1, 'through');
  away = false;
  expect(await rest).toHaveLength(99);
  expect((await stream.next()).value.data).toEqual({ n: 1 });
  await stream.return?.();
  await one.stop();
  await own.close();
});

test('a crowd that comes back at once takes three connections, and everybody gets everything', async () => {
  let [reading, most] = [0, 0];
  const counting = new Proxy(pool, {
    get: (target, property) =>
      property !== 'query'
        ? Reflect.get(target, property)
        : async (query: string, values?: unknown[]) => {
            const isPage = typeof query === 'string' && query.includes('bounds');
            if (isPage) most = Math.max(most, ++reading);
            return target.query(query, values).finally(() => {
              if (isPage) reading--;
            });
          },
  });
  const own = openNotifications({ url: database.urlFor(schema), name: schema, logger });
  const one = await openEventLog({ pool: counting, schema, notifications: own, logger, kept: 5 });
  const start = await one.stream({});
  const after = start.position();
  await start.return?.();
  await writeMany(250, 'crowd');
  const streams = await Promise.all(Array.from({ length: 40 }, () => one.stream({ keys: ['crowd'], after })));
  const told = await Promise.all(streams.map((stream) => take(stream, 250)));
  expect(new Set(told.map((events) => ids(events).join())).size).toBe(1);
  expect(most).toBe(3);
  for (const stream of streams) await stream.return?.();
  await one.stop();
  await own.close();
});

test('an event that cannot be judged ends the stream that asked, and no other', async () => {
  const picky = await log.stream({
    keys: ['bad'],
    accept: () => {
      throw new Error('cannot read it');
    },
  });
  const other = await log.stream({ keys: ['bad'] });
  const [failing, told] = [picky.next(), other.next()];
  await writeMany(1, 'bad');
  await expect(failing).rejects.toThrow('cannot read it');
  expect((await told).value.key).toBe('bad');
  await picky.return?.();
  await other.return?.();
});

test('the position moves on while only events of others are told, and a stream that waits is ended at once', async () => {
  const stream = await log.stream({ keys: ['nobody'] });
  const before = stream.position();
  const waiting = stream.next();
  await writeMany(1, 'somebody');
  const newest = await eventually(() => stream.position() !== before && stream.position());
  expect((await log.read({ first: 1, after: newest })).hasNextPage).toBe(false);
  await stream.return?.();
  expect(await waiting).toEqual({ done: true, value: undefined });
});
