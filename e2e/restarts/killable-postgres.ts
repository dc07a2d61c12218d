import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { clusterDirectory } from '@meridian/database/embedded/cluster';
import { startEmbeddedPostgres } from '@meridian/database/embedded-postgres';
import { type Databases, openDatabases } from '@meridian/platform/databases';

export type KillablePostgres = Pick<Databases, 'urls' | 'busUrl'> & {
  /** `kill -9` for the server, which is started again on what it has on disk. */
  kill(): Promise<void>;
  stop(): Promise<void>;
};

/** A migrated PostgreSQL of its own that keeps what it has promised, to be killed. */
export async function startKillablePostgres(): Promise<KillablePostgres> {
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'meridian-killable-'));
  const dataDir = path.join(dataFolder, 'postgres');
  const { urls, busUrl, ...first } = await openDatabases({
    databaseUrl: null,
    dataFolder,
    secret: 'a password for tests',
    onStep: () => {},
  });
  let stop = first.stop;
  const pid = () =>
    Number(readFileSync(path.join(clusterDirectory(dataDir), 'postmaster.pid'), 'utf8').split('\n')[0]);
  return {
    urls,
    busUrl,
    async kill() {
      process.kill(pid(), 'SIGKILL');
      const port = Number(new URL(urls.users).port);
      ({ stop } = await startEmbeddedPostgres({ dataDir, port, durable: true }));
    },
    async stop() {
      await stop();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}
