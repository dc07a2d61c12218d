import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Binaries } from './binaries.ts';
import { type Cluster, dataDirectoryArgument, serverEnvironment } from './cluster.ts';
import { explainServerOutput } from './explain-output.ts';
import { clusterName, disown, findPostmaster, own, type Postmaster } from './postmaster.ts';

const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  timezone: 'UTC',
  log_timezone: 'UTC',
  jit: 'off',
  // Statements and details of errors hold people's data.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};

/** For tests: nothing has to survive a crash, and no background worker may hold a template database open. */
const throwAway = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
};

const tenMegabytes = 10 * 2 ** 20;

export type Launch = { postmaster: Postmaster } | { refused: 'already running' | 'port taken' };

/** Starts postgres and waits until it takes connections. @throws DatabaseSetupError with what Postgres said. */
export async function launch(
  cluster: Cluster,
  binaries: Binaries,
  port: number,
  durable: boolean,
): Promise<Launch> {
  const options = { ...settings, ...(durable ? {} : throwAway), cluster_name: clusterName(cluster) };
  const args = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const log = openLog(cluster.dataDir);
  const output = () => readFileSync(log.path).subarray(log.start).toString();
  // Detached: Ctrl-C in a terminal reaches the whole group, and the programs drain before their database stops.
  const server = spawn(
    binaries.postgres,
    ['-D', dataDirectoryArgument(cluster), '-p', String(port), ...args],
    {
      ...cluster.account,
      cwd: cluster.directory,
      env: serverEnvironment,
      detached: true,
      stdio: ['ignore', log.file, log.file],
    },
  );
  closeSync(log.file);
  server.unref();
  let failure: Error | undefined;
  server.once('error', (error) => {
    failure = error;
  });
  server.once('exit', (code) => {
    failure ??= new Error(`postgres ended with exit code ${code}`);
  });
  if (server.pid !== undefined) own(cluster, server.pid);
  while (!failure) {
    const postmaster = findPostmaster(cluster);
    if (postmaster?.ready && postmaster.pid === server.pid) return { postmaster };
    await pause(10);
  }
  if (server.pid !== undefined) disown(cluster, server.pid);
  // postgres.c and pg_shmem.c say so; their exit code is 1 for everything.
  if (/lock file ".*" already exists|pre-existing shared memory/.test(output()))
    return { refused: 'already running' };
  if (/Address already in use/.test(output())) return { refused: 'port taken' };
  throw explainServerOutput(failure, output(), cluster.dataDir);
}

/** The server writes to a file: it may outlive this process, and a pipe would not. */
function openLog(dataDir: string): { path: string; file: number; start: number } {
  const path = join(dataDir, 'server.log');
  const size = existsSync(path) ? statSync(path).size : 0;
  if (size > tenMegabytes) renameSync(path, `${path}.1`);
  return { path, file: openSync(path, 'a', 0o600), start: size > tenMegabytes ? 0 : size };
}
