import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processStart } from './embedded/process-start.ts';
import { startEmbeddedPostgres, stopOrphan } from './embedded-postgres.ts';

export type ThrowAwayPostgres = {
  /** Login URL of the superuser. */
  url: string;
  /** Ends the server and removes all that it wrote. */
  stop(): Promise<void>;
};

const prefix = 'meridian-throw-away-postgres-';

/** An empty server of this process alone, below the system's temporary folder. Safe from nothing, and fast. */
export async function startThrowAwayPostgres(): Promise<ThrowAwayPostgres> {
  await removeAbandoned();
  const dataDir = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
  const remove = () => rmSync(dataDir, { recursive: true, force: true });
  try {
    const server = await startEmbeddedPostgres({ dataDir, durable: false });
    return { url: server.url, stop: () => server.stop().finally(remove) };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Servers and folders of processes that were killed. */
async function removeAbandoned(): Promise<void> {
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
