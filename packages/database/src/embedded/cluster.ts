import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DatabaseSetupError, errorCode } from '../setup-error.ts';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { explainServerOutput } from './explain-output.ts';
import { processStart } from './process-start.ts';

/** A data folder of ours: `cluster/` is what Postgres calls the data directory, the rest is about it. */
export type Cluster = { dataDir: string; directory: string; account: Account };

export const clusterDirectory = (dataDir: string): string => join(dataDir, 'cluster');

const passwordFile = 'superuser-password';

export const superuserPassword = ({ directory }: Cluster): string =>
  readFileSync(join(directory, passwordFile), 'utf8').trim();

/** What initdb and postgres get as environment: a PGDATA or PGOPTIONS of the user's is not meant for us. */
export const serverEnvironment = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' };

/**
 * How the server names its own folder. Under root on Linux the way there may be closed to the server's user (a clone
 * below /root, a private temporary folder), but a process may always enter the folder that it was started in.
 */
export const dataDirectoryArgument = ({ account, directory }: Cluster): string =>
  account && process.platform === 'linux' ? '/proc/self/cwd' : directory;

/**
 * Makes the cluster unless there is one. It is made aside and renamed, so that a process killed half-way leaves nothing
 * that looks like a cluster, and of two at the same time one wins.
 * @throws DatabaseSetupError when the folder cannot be used.
 */
export async function ensureCluster(
  cluster: Cluster,
  binaries: Binaries,
  durable: boolean,
  log: (step: string) => void,
): Promise<void> {
  const { dataDir, directory } = cluster;
  makeWritable(dataDir);
  removeAbandoned(dataDir);
  if (!existsSync(directory)) {
    log(`creating an empty database in ${dataDir}`);
    await initialise(cluster, binaries, durable);
  }
  checkVersion(directory, binaries);
}

function makeWritable(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true });
    const probe = join(dataDir, `init-${process.pid}-probe`);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw new DatabaseSetupError(
      `The data folder ${dataDir} cannot be written to (${errorCode(error)}). ` +
        'Make it writable for this user, or choose another folder.',
    );
  }
}

/** Folders of processes that were killed while they made a cluster. */
function removeAbandoned(dataDir: string): void {
  for (const name of readdirSync(dataDir)) {
    const pid = /^init-(\d+)-/.exec(name)?.[1];
    if (pid && Number(pid) !== process.pid && processStart(Number(pid)) === undefined)
      rmSync(join(dataDir, name), { recursive: true, force: true });
  }
}

async function initialise(cluster: Cluster, binaries: Binaries, durable: boolean): Promise<void> {
  const { dataDir, directory, account } = cluster;
  const aside = join(dataDir, `init-${process.pid}-${randomBytes(4).toString('hex')}`);
  const staged: Cluster = { dataDir, account, directory: join(aside, 'cluster') };
  const password = join(aside, passwordFile);
  try {
    for (const folder of [aside, staged.directory]) {
      mkdirSync(folder, { mode: 0o700 });
      giveTo(account, folder);
    }
    writeFileSync(password, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
    giveTo(account, password);
    await runInitdb(staged, binaries, durable);
    renameSync(password, join(staged.directory, passwordFile));
    renameSync(staged.directory, directory);
  } catch (error) {
    // ENOTEMPTY and the like: another process has just made it.
    if (!existsSync(join(directory, 'PG_VERSION'))) throw error;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

async function runInitdb(cluster: Cluster, binaries: Binaries, durable: boolean): Promise<void> {
  const data = dataDirectoryArgument(cluster);
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const args = [`--pgdata=${data}`, '--username=postgres', '--auth=scram-sha-256', ...locale];
  if (!durable) args.push('--no-sync');
  try {
    await promisify(execFile)(binaries.initdb, [...args, `--pwfile=${data}/../${passwordFile}`], {
      ...cluster.account,
      cwd: cluster.directory,
      env: serverEnvironment,
    });
  } catch (error) {
    throw explainServerOutput(error, outputOf(error), cluster.dataDir);
  }
}

function checkVersion(directory: string, { major }: Binaries): void {
  const file = join(directory, 'PG_VERSION');
  if (!existsSync(file))
    throw new DatabaseSetupError(
      `${directory} is not a PostgreSQL data folder; move it away and start again.`,
    );
  const found = readFileSync(file, 'utf8').trim();
  if (found !== major)
    throw new DatabaseSetupError(
      `The database in ${directory} was written by PostgreSQL ${found}, and this Meridian brings ${major}. ` +
        'Dump it with the old version and load it into the new, or remove the folder to begin with an empty database.',
    );
}

function giveTo(account: Account, path: string): void {
  if (account) chownSync(path, account.uid, account.gid);
}

const outputOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'stderr' in error ? String(error.stderr) : '';
