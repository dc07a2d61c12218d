import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fromRoot } from '@meridian/platform/root';
import { eventually } from '@meridian/testkit/eventually';
import { freePort } from '@meridian/testkit/free-port';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder: string;
let port: number;
const running = new Set<ChildProcess>();

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'meridian-start-'));
  port = await freePort();
});
afterEach(async () => {
  for (const child of running) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  await rm(folder, { recursive: true });
});

type Program = { child: ChildProcess; out: () => string; ended: Promise<number | null> };

/** What `npm start` runs after the install, with nothing in its environment but this. */
function start(
  env: Readonly<Record<string, string | undefined>> = {},
  program = 'packages/platform/src/start.ts',
): Program {
  const child = spawn(process.execPath, [fromRoot(program)], {
    env: { PATH: '/usr/bin:/bin', DATA_DIR: path.join(folder, 'data'), PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let out = '';
  child.stdout?.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    out += chunk;
  });
  const ended = once(child, 'exit').then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  return { child, out: () => out, ended };
}

const ready = (program: Program) =>
  eventually(() => program.out().includes('Meridian is ready'), { within: 120_000 });

async function viewerOf(token: string): Promise<unknown> {
  const response = await fetch(`http://localhost:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: '{ viewer { displayName roles } products { totalCount } }' }),
  });
  return response.json();
}

test('a first start makes everything, a kill -9 loses nothing, and a stop leaves nothing running', async () => {
  const first = start();
  await ready(first);
  const tokens = first.out().match(/eyJ[\w.-]+/g) ?? [];
  expect(tokens).toHaveLength(4);
  const answers = await Promise.all(tokens.map(viewerOf));
  expect(answers).toMatchObject(
    ['CUSTOMER', 'DRIVER', 'MERCHANT_ADMIN', 'PARTNER'].map((role) => ({
      data: { viewer: { displayName: expect.any(String), roles: expect.arrayContaining([role]) } },
    })),
  );

  first.child.kill('SIGKILL');
  await first.ended;
  const second = start();
  await ready(second);
  expect(second.out()).not.toContain('demo data');
  expect(await viewerOf(tokens[0] ?? '')).toEqual(answers[0]);

  expect(await databaseIsRunning()).toBe(true);
  second.child.kill('SIGINT');
  expect(await second.ended).toBe(0);
  await expect(fetch(`http://localhost:${port}/health`)).rejects.toThrow();
  expect(await databaseIsRunning()).toBe(false);
});

/** Postgres removes its pid file as the last thing of an orderly end. */
const databaseIsRunning = () =>
  access(path.join(folder, 'data', 'postgres', 'cluster', 'postmaster.pid')).then(
    () => true,
    () => false,
  );

test.each([
  [
    'a database that is not there',
    { DATABASE_URL: 'postgres://x:hidden@127.0.0.1:1/z' },
    ['Cannot connect', '127.0.0.1:1'],
  ],
  ['a setting that is no port', { PORT: 'http' }, ['PORT "http"']],
  ['a data folder that cannot be', { DATA_DIR: '/dev/null/data' }, ['cannot be written', 'Set DATA_DIR']],
])('%s is one clear message and exit code 1', async (_, env, parts) => {
  const program = start(env);
  expect(await program.ended).toBe(1);
  for (const part of parts) expect(program.out()).toContain(part);
  expect(program.out()).not.toMatch(/hidden|\n {4}at /);
});

test('a taken port is said before anything else is started', async () => {
  const other: Server = createServer();
  await new Promise<void>((resolve) => other.listen(port, 'localhost', resolve));
  const program = start();
  expect(await program.ended).toBe(1);
  expect(program.out()).toContain(`Port ${port} is taken`);
  expect(program.out()).not.toContain('database');
  await new Promise((resolve) => other.close(resolve));
});

test('schemas that do not compose are named by file, line and column', async () => {
  for (const name of ['users', 'catalog', 'orders', 'rides'])
    await cp(fromRoot('subgraphs', name, 'schema.graphql'), path.join(folder, `${name}.graphql`));
  const broken = await readFile(path.join(folder, 'users.graphql'), 'utf8');
  await writeFile(
    path.join(folder, 'users.graphql'),
    broken.replace('displayName: String!', 'displayName: Strin!'),
  );
  const list = await readFile(fromRoot('supergraph.yaml'), 'utf8');
  await writeFile(
    path.join(folder, 'supergraph.yaml'),
    list.replace(/\.\/subgraphs\/(\w+)\/schema\.graphql/g, './$1.graphql'),
  );
  const program = start({ SUPERGRAPH: path.join(folder, 'supergraph.yaml') }, 'router/src/main.ts');
  expect(await program.ended).toBe(1);
  expect(program.out()).toMatch(/users\.graphql:\d+:\d+: .*Strin/);
});
