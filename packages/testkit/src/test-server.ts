import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processStart } from '@meridian/database/embedded/process-start';
import { startEmbeddedPostgres, stopOrphan } from '@meridian/database/embedded-postgres';

export type TestServer = {
  /** Login URL of the administrator. */
  adminUrl: string;
  stop(): Promise<void>;
};

const prefix = 'meridian-test-postgres-';

/** A PostgreSQL that lives as long as the test run and forgets everything. */
export async function startTestServer(): Promise<TestServer> {
  await removeOrphans();
  const dataDir = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
  mkdirSync(dataDir, { recursive: true });
  const server = await startEmbeddedPostgres({ dataDir, durable: false });
  return {
    adminUrl: server.url,
    stop: async () => {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Servers and folders of test runs that were killed. */
async function removeOrphans(): Promise<void> {
  const abandoned = readdirSync(tmpdir()).filter((name) => {
    const pid = name.startsWith(prefix) ? Number(name.slice(prefix.length).split('-')[0]) : 0;
    return pid > 0 && processStart(pid) === undefined;
  });
  for (const name of abandoned) {
    const dataDir = join(tmpdir(), name);
    await stopOrphan(dataDir);
    rmSync(dataDir, { recursive: true, force: true });
  }
}
