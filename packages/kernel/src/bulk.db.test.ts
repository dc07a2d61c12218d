import { useTestDatabase } from '@meridian/testkit/database';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RowOf, table, upsert } from './bulk.ts';

const database = useTestDatabase();
let pool: pg.Pool;
beforeAll(async () => {
  pool = new pg.Pool({ connectionString: database.adminUrl });
  await pool.query(`
    CREATE TYPE colour AS ENUM ('RED', 'GREEN', 'BLUE');
    CREATE TABLE things (
      shelf text, place int, name text, price bigint, weight float8, sold boolean, at timestamptz, more jsonb,
      colour colour NOT NULL, second colour, colours colour[] NOT NULL, stock int NOT NULL DEFAULT 3,
      writes int NOT NULL DEFAULT 0, PRIMARY KEY (shelf, place));
    CREATE FUNCTION count_writes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.writes = OLD.writes + 1; RETURN NEW; END $$;
    CREATE TRIGGER count_writes BEFORE UPDATE ON things FOR EACH ROW EXECUTE FUNCTION count_writes()`);
});
afterAll(() => pool.end());

const things = table('things', ['shelf', 'place'], {
  shelf: 'text',
  place: 'int',
  name: 'text?',
  price: 'bigint',
  weight: 'float8?',
  sold: 'boolean',
  at: 'timestamptz',
  more: 'jsonb?',
  colour: 'enum colour',
  second: 'enum colour?',
  colours: 'enums colour',
  stock: 'int',
});
const thing = (differences: Partial<RowOf<typeof things>> = {}): RowOf<typeof things> => ({
  shelf: 'A',
  place: 1,
  name: 'it’s, "quoted" {and} \\ braced',
  price: 9_007_199_254_740_993n,
  weight: 0.1,
  sold: true,
  at: new Date('2026-11-21T10:00:00.123Z'),
  more: '{"a": [1, null]}',
  colour: 'RED',
  second: null,
  colours: ['GREEN', 'BLUE'],
  stock: 5,
  ...differences,
});

const all = async () =>
  (await pool.query('SELECT *, price::text, colours::text[] FROM things ORDER BY shelf, place')).rows;

test('rows of every type go in as they are', async () => {
  expect(
    await upsert(pool, things, [
      thing(),
      thing({ place: 2, name: null, weight: null, more: null, second: 'BLUE' }),
    ]),
  ).toBe(2);
  const common = { ...thing(), price: '9007199254740993', more: { a: [1, null] }, writes: 0 };
  expect(await all()).toEqual([
    common,
    { ...common, place: 2, name: null, weight: null, more: null, second: 'BLUE' },
  ]);
});

test('the same rows again write nothing; a row that differs is changed, and it alone', async () => {
  const rows = [thing({ shelf: 'B' }), thing({ shelf: 'B', place: 2 })];
  await upsert(pool, things, rows);
  expect(await upsert(pool, things, rows)).toBe(0);
  expect(
    await upsert(pool, things, [thing({ shelf: 'B' }), thing({ shelf: 'B', place: 2, colours: ['RED'] })]),
  ).toBe(1);
  const written = (await all())
    .filter(({ shelf }) => shelf === 'B')
    .map(({ writes, colours }) => [writes, colours]);
  expect(written).toEqual([
    [0, ['GREEN', 'BLUE']],
    [1, ['RED']],
  ]);
});

test('a column to keep is set once, and does not make a row differ', async () => {
  const options = { keep: ['stock'] as const };
  await upsert(pool, things, [thing({ shelf: 'C', stock: 9 })], options);
  expect(await upsert(pool, things, [thing({ shelf: 'C', stock: 1 })], options)).toBe(0);
  expect(await upsert(pool, things, [thing({ shelf: 'C', stock: 1, name: 'new' })], options)).toBe(1);
  expect((await all()).find(({ shelf }) => shelf === 'C')).toMatchObject({ name: 'new', stock: 9 });
});

test('no rows are no query', async () => {
  expect(await upsert(pool, things, [])).toBe(0);
});
