import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { withClient } from '@meridian/database/connection';
import { createTestDatabase, type TestDatabase } from '@meridian/testkit/database';
import { eventually } from '@meridian/testkit/eventually';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { inherited } from '../config.ts';
import { fromRoot } from '../root.ts';
import { contentsOf, importInto, makeFolder } from './import-setup.fixture.ts';
import { retail } from './retail/retail-dataset.ts';
import { dirtyRetailFile } from './retail/retail-file.fixture.ts';
import { retailIds } from './retail/retail-ids.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
let file: string;
beforeAll(async () => {
  folder = await makeFolder();
  // Three batches.
  file = await folder.file('retail.csv', dirtyRetailFile(3_000));
});
afterAll(() => folder.remove());

let database: TestDatabase;
let running: ChildProcess | null = null;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  if (running?.exitCode === null && running.signalCode === null) {
    running.kill('SIGKILL');
    await once(running, 'exit');
  }
  await database.drop();
});

/** The real program, as `npm run import` starts it. */
function start(...args: string[]) {
  const child = spawn(process.execPath, [fromRoot('packages/platform/src/import/main.ts'), ...args], {
    env: { ...inherited, DATA_DIR: `${folder.path}/data` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running = child;
  let output = '';
  child.stdout.on('data', (text) => (output += text));
  child.stderr.on('data', (text) => (output += text));
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, output }));
  return { child, ended, output: () => output };
}

const importing = () => start('retail', file, '--database-url', database.adminUrl);

/** Holds whoever writes a line of this order, until released: the import stands still in the middle of a batch. */
async function holdAt(invoice: string) {
  const client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
  await client.query(`SELECT pg_advisory_lock(4711);
    CREATE FUNCTION public.hold() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NEW; END $$;
    CREATE TRIGGER hold BEFORE INSERT ON orders.order_lines FOR EACH ROW
      WHEN (NEW.order_id = '${retailIds.order(invoice)}') EXECUTE FUNCTION public.hold()`);
  return {
    reached: () =>
      eventually(
        async () => {
          const { rowCount } = await client.query(
            `SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711 AND NOT granted`,
          );
          return rowCount === 1;
        },
        { within: 60_000 },
      ),
    release: () => client.query('SELECT pg_advisory_unlock(4711)'),
    async remove() {
      await eventually(
        async () => {
          const { rowCount } =
            await client.query(`SELECT FROM pg_stat_activity WHERE application_name = 'meridian-import'
            AND datname = current_database()`);
          return rowCount === 0;
        },
        { within: 30_000 },
      );
      await client.query('DROP FUNCTION public.hold CASCADE');
      await client.end();
    },
  };
}

/** Of the second batch: not the first or last invoice of it. */
const inTheMiddle = (lines: readonly string[]): string => lines[7_500]?.split(',')[0] ?? '';

const throughLine = () =>
  withClient(database.adminUrl, async (client) => {
    const { rows } = await client.query<{ line: number }>(
      'SELECT through_line AS line FROM platform.imports',
    );
    return rows[0]?.line ?? 0;
  });

test('killed in the middle of a batch and started again, it ends with the same rows as one run', async () => {
  const untouched = await createTestDatabase();
  await importInto(untouched, retail, file, { batchRows: 5_000 });

  const hold = await holdAt(inTheMiddle(dirtyRetailFile(3_000).split('\n')));
  const killed = importing();
  await hold.reached();
  killed.child.kill('SIGKILL');
  expect(await killed.ended).toMatchObject({ signal: 'SIGKILL' });
  await hold.release();
  await hold.remove();
  const reached = await throughLine();
  expect(reached).toBeGreaterThan(5_000);
  expect(reached).toBeLessThan(7_500);

  const again = await importing().ended;
  expect(again).toMatchObject({ code: 0 });
  expect(again.output).toContain(`Went on after line ${reached.toLocaleString('en')}.`);
  expect(await contentsOf(database)).toEqual(await contentsOf(untouched));
  await untouched.drop();
});

test('Ctrl-C ends it after the batch under way, and it says how to go on', async () => {
  const hold = await holdAt(inTheMiddle(dirtyRetailFile(3_000).split('\n')));
  const stopped = importing();
  await hold.reached();
  stopped.child.kill('SIGINT');
  await eventually(async () => stopped.output().includes('Stopping'));
  await hold.release();
  const { code, output } = await stopped.ended;
  await hold.remove();
  const reached = await throughLine();
  expect(reached).toBeGreaterThan(7_500);
  expect(code).toBe(130);
  expect(output).toContain(
    `Stopped after line ${reached.toLocaleString('en')}; everything up to there is written.`,
  );
  expect(output).toContain('Run the same command again');
});

test('what cannot be done is said in one message, with exit code 1', async () => {
  const nothing = await start('retail', `${folder.path}/absent.csv`, '--database-url', database.adminUrl)
    .ended;
  expect(nothing.code).toBe(1);
  expect(nothing.output.trim().split('\n').at(-1)).toBe(`${folder.path}/absent.csv: there is no such file`);
  expect(await start('cars').ended).toMatchObject({
    code: 1,
    output: expect.stringContaining('only retail and trips'),
  });
});
