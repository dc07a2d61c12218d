import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { withClient } from './connection.ts';
import { serverAccount } from './embedded/account.ts';
import { type Binaries, findBinaries } from './embedded/binaries.ts';
import { type Cluster, clusterDirectory, ensureCluster, superuserPassword } from './embedded/cluster.ts';
import { explainFileError } from './embedded/explain-output.ts';
import { launch } from './embedded/launch.ts';
import { choosePort, rememberPort } from './embedded/port.ts';
import { disown, findPostmaster, own, ownerOf, type Postmaster } from './embedded/postmaster.ts';
import { processStart } from './embedded/process-start.ts';
import { DatabaseSetupError, errorCode, messageOf } from './setup-error.ts';

export type EmbeddedPostgresOptions = {
  /** The folder of the cluster, its log and its password; made when absent. */
  dataDir: string;
  /** 0 or absent: the port of last time when it is free, else any free one. */
  port?: number;
  /** Whether what is committed survives a power cut. False makes tests faster. */
  durable: boolean;
  /** Made when absent. */
  database?: string;
  /** Hears of each step that takes a while, and of what was repaired. */
  log?: (step: string) => void;
};

export type EmbeddedPostgres = {
  /** Login URL of the superuser. Secret. */
  url: string;
  /** The server belongs to another living process, which alone will stop it: `stop` does nothing here. */
  shared: boolean;
  /** Ends all sessions, writes everything to disk and resolves when the server is gone. */
  stop(): Promise<void>;
};

/**
 * Starts a PostgreSQL from npm on `dataDir`, or joins the one that runs there: an orphan of a killed process is taken
 * over, the server of a living process is shared.
 * @throws DatabaseSetupError that says what to do.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { durable, database = 'meridian', log = () => {} } = options;
  const dataDir = resolve(options.dataDir);
  const directory = clusterDirectory(dataDir);
  const account = serverAccount(directory);
  const cluster: Cluster = { dataDir, directory, account };
  const binaries = findBinaries(account);
  const { server, shared } = await ensureCluster(cluster, binaries, durable, log)
    .then(() => joinOrLaunch(cluster, binaries, { ...options, log }))
    .catch((error: unknown) => {
      throw explainFileError(error, dataDir);
    });
  const url = superuserUrl(cluster, server.port, database);
  await ensureDatabase(cluster, server.port, database);

  const stopOnExit = () => signal(server.pid, 'SIGINT');
  if (!shared) process.once('exit', stopOnExit);
  return {
    url,
    shared,
    stop: async () => {
      process.off('exit', stopOnExit);
      if (!shared && ownerOf(cluster, server.pid) === process.pid) await stopServer(cluster, server.pid);
    },
  };
}

type Joined = { server: Postmaster; shared: boolean };

async function joinOrLaunch(
  cluster: Cluster,
  binaries: Binaries,
  { port, durable, log }: { port?: number; durable: boolean; log: (step: string) => void },
): Promise<Joined> {
  const start = Date.now();
  let waiting = false;
  while (Date.now() - start < patience) {
    const running = findPostmaster(cluster);
    if (running?.ready && (await answers(cluster, running))) return join(cluster, running, log);
    if (!running) {
      const chosen = await choosePort(cluster.dataDir, port);
      const launched = await launch(cluster, binaries, chosen, durable);
      if ('postmaster' in launched) {
        rememberPort(cluster.dataDir, chosen);
        return { server: launched.postmaster, shared: false };
      }
    }
    if (!waiting) log(`waiting for the PostgreSQL that already runs on ${cluster.dataDir}`);
    waiting = true;
    await pause(50);
  }
  throw new DatabaseSetupError(
    `A PostgreSQL on ${cluster.dataDir} neither becomes ready nor ends; see ${cluster.dataDir}/server.log.`,
  );
}

/** A server in recovery after a crash takes no connections for a while. */
const patience = 120_000;

function join(cluster: Cluster, server: Postmaster, log: (step: string) => void): Joined {
  const owner = ownerOf(cluster, server.pid);
  if (owner === undefined) {
    log('taking over the PostgreSQL of a process that was killed');
    own(cluster, server.pid);
  } else log(`sharing the PostgreSQL of process ${owner}`);
  return { server, shared: owner !== undefined };
}

/** One that has just been killed still looks ready for a moment. */
async function answers(cluster: Cluster, { port }: Postmaster): Promise<boolean> {
  const goingOrComing = /ECONNREFUSED|ECONNRESET|57P0[123]|terminated unexpectedly/;
  return withClient(superuserUrl(cluster, port, 'postgres'), async () => true).catch((error: unknown) => {
    const cause = error instanceof Error ? error.cause : undefined;
    if (goingOrComing.test(`${errorCode(cause)} ${messageOf(cause)}`)) return false;
    throw error;
  });
}

function superuserUrl(cluster: Cluster, port: number, database: string): string {
  const url = new URL(`postgresql://127.0.0.1:${port}/${encodeURIComponent(database)}`);
  url.username = 'postgres';
  url.password = superuserPassword(cluster);
  return url.href;
}

async function ensureDatabase(cluster: Cluster, port: number, database: string): Promise<void> {
  await withClient(superuserUrl(cluster, port, 'postgres'), async (client) => {
    const known = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
    if (known.rowCount) return;
    // Roles of one database have no business in another.
    await client.query('REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC');
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`).catch((error: unknown) => {
      const madeMeanwhile = errorCode(error) === '42P04' || errorCode(error) === '23505';
      if (!madeMeanwhile) throw error;
    });
  });
}

/** "Fast" shutdown: sessions are ended, what is committed is written. See pg_ctl(1). */
async function stopServer(cluster: Cluster, pid: number): Promise<void> {
  const started = processStart(pid);
  signal(pid, 'SIGINT');
  const start = Date.now();
  let hurried = false;
  while (started !== undefined && processStart(pid) === started) {
    if (!hurried && Date.now() - start > 30_000) hurried = signal(pid, 'SIGQUIT');
    await pause(10);
  }
  disown(cluster, pid);
}

function signal(pid: number, name: 'SIGINT' | 'SIGQUIT'): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

/** Ends the server on `dataDir` that a killed process left behind, if there is one; others it leaves alone. */
export async function stopOrphan(dataDir: string): Promise<void> {
  const directory = clusterDirectory(resolve(dataDir));
  if (!existsSync(directory)) return;
  const cluster: Cluster = { dataDir: resolve(dataDir), directory, account: undefined };
  const server = findPostmaster(cluster);
  if (server && ownerOf(cluster, server.pid) === undefined) await stopServer(cluster, server.pid);
}
