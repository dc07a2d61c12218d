import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '@meridian/testkit/free-port';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withClient } from './connection.ts';
import { processStart } from './embedded/process-start.ts';
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './embedded-postgres.ts';

let dataDir = '';
let toStop: EmbeddedPostgres[] = [];
let toKill: ChildProcess[] = [];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'meridian-embedded-'));
  toStop = [];
  toKill = [];
});

afterEach(async () => {
  for (const child of toKill) await kill(child);
  // Whoever is left without an owner is taken over, and so stopped.
  if (existsSync(join(dataDir, 'cluster/postmaster.pid'))) await start().catch(() => {});
  for (const server of toStop) await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, durable: false, ...options });
  toStop.push(server);
  return server;
}

/** Another process that starts a server on the folder; resolves with what it says first. */
async function startElsewhere(): Promise<{ child: ChildProcess; says: AsyncIterator<string> }> {
  const program = join(import.meta.dirname, 'testing/hold-server.ts');
  const child = spawn(process.execPath, [program, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  toKill.push(child);
  return { child, says: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
}

async function hear(says: AsyncIterator<string>, wanted: RegExp): Promise<string> {
  for (;;) {
    const { value, done } = await says.next();
    if (done) throw new Error(`the other process ended before it said ${wanted}`);
    if (wanted.test(value)) return value;
  }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

const postmaster = (): number =>
  Number(readFileSync(join(dataDir, 'cluster/postmaster.pid'), 'utf8').split('\n')[0]);

const query = (url: string, sql: string) =>
  withClient(url, async (client) => (await client.query(sql)).rows as Record<string, unknown>[]);

test('what was written is there after a stop and a start, on the same port', async () => {
  const steps: string[] = [];
  const first = await start({ log: (step) => steps.push(step), port: await freePort() });
  await query(first.url, 'CREATE TABLE mark AS SELECT 1 AS one');
  const pid = postmaster();
  await first.stop();
  expect(processStart(pid)).toBeUndefined();
  expect(steps).toEqual([`creating an empty database in ${dataDir}`]);

  const second = await start();
  expect(second.url).toBe(first.url);
  expect(await query(second.url, 'SELECT * FROM mark')).toEqual([{ one: 1 }]);
});

test('only this machine and only the password open it', async () => {
  const { url } = await start();
  expect(await query(url, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
  const wrong = new URL(url);
  wrong.password = 'guessed';
  await expect(query(wrong.href, 'SELECT 1')).rejects.toThrow('the user or the password is wrong');
  expect(statSync(join(dataDir, 'cluster/superuser-password')).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(dataDir, 'server.log'), 'utf8')).not.toContain(new URL(url).password);
});

test('two starts at the same time end with one server', async () => {
  const here = await Promise.all([start(), start()]);
  expect(here[0]?.url).toBe(here[1]?.url);
  expect(here.filter(({ shared }) => shared)).toHaveLength(1);
});

test('two processes at the same time end with one server', async () => {
  const both = await Promise.all([startElsewhere(), startElsewhere()]);
  const said = await Promise.all(both.map(({ says }) => hear(says, /^started/)));
  expect(said.toSorted()).toEqual(['started false', 'started true']);
});

test('the server of a living process is shared, and left running', async () => {
  const { says } = await startElsewhere();
  await hear(says, /^started false/);
  const guest = await start();
  expect(guest.shared).toBe(true);
  await guest.stop();
  expect(await query(guest.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('the server of a killed process is taken over', async () => {
  const { child, says } = await startElsewhere();
  await hear(says, /^started/);
  const pid = postmaster();
  await kill(child);
  const steps: string[] = [];
  const server = await start({ log: (step) => steps.push(step) });
  expect(steps).toEqual(['taking over the PostgreSQL of a process that was killed']);
  expect(server.shared).toBe(false);
  expect(postmaster()).toBe(pid);
  await server.stop();
  expect(processStart(pid)).toBeUndefined();
});

test('a server that was killed itself recovers what it had promised', async () => {
  const { child, says } = await startElsewhere();
  await hear(says, /^started/);
  const guest = await start({ durable: true });
  await query(guest.url, 'CREATE TABLE mark AS SELECT 1 AS one');
  process.kill(postmaster(), 'SIGKILL');
  await kill(child);
  const server = await start({ durable: true });
  expect(await query(server.url, 'SELECT * FROM mark')).toEqual([{ one: 1 }]);
});

test('a process killed while it makes the cluster leaves nothing in the way', async () => {
  const { child, says } = await startElsewhere();
  await hear(says, /^busy/);
  await kill(child);
  const { url } = await start();
  expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  expect(readdirSync(dataDir).filter((name) => name.startsWith('init-'))).toEqual([]);
});

test('a pid file whose number now belongs to another program is no hindrance', async () => {
  const first = await start();
  const file = join(dataDir, 'cluster/postmaster.pid');
  const lines = readFileSync(file, 'utf8').split('\n');
  await first.stop();
  writeFileSync(file, [process.pid, ...lines.slice(1)].join('\n'));
  const second = await start();
  expect(await query(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('a taken port is named', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await expect(start({ port })).rejects.toThrow(`Port ${port} is taken by another program`);
  other.close();
});

test('a folder that cannot be written to is named', async () => {
  writeFileSync(join(dataDir, 'file'), '');
  await expect(start({ dataDir: join(dataDir, 'file/postgres') })).rejects.toThrow(
    /The data folder .*file\/postgres cannot be written to \(ENOTDIR\)/,
  );
});

test('a folder of another version is left alone', async () => {
  const first = await start();
  await first.stop();
  writeFileSync(join(dataDir, 'cluster/PG_VERSION'), '9\n');
  await expect(start()).rejects.toThrow(/was written by PostgreSQL 9, and this Meridian brings 18/);
});

test('a folder that holds something else is left alone', async () => {
  mkdirSync(join(dataDir, 'cluster'));
  if (process.getuid?.() === 0)
    await import('node:fs').then(({ chownSync }) => chownSync(join(dataDir, 'cluster'), 65534, 65534));
  await expect(start()).rejects.toThrow('is not a PostgreSQL data folder');
});
