import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Cluster } from './cluster.ts';
import { processCommand, processStart } from './process-start.ts';

/** A server that runs on a cluster of ours. */
export type Postmaster = { pid: number; port: number; ready: boolean };

/** The name that our server carries on its command line: its process is known by it even when a pid was given anew. */
export const clusterName = ({ directory }: Cluster): string =>
  `meridian-${createHash('sha256').update(realpathSync(directory)).digest('hex').slice(0, 12)}`;

/**
 * The server that runs on the cluster, if one does. A `postmaster.pid` of a server that is gone is removed when its pid
 * now belongs to another program: Postgres itself would take that program for a server and refuse to start.
 */
export function findPostmaster(cluster: Cluster): Postmaster | undefined {
  const file = join(cluster.directory, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  // Lines: pid, data directory, start, port, socket directory, listen address, shared memory, status.
  const [pid, , , port, , , , status] = readFileSync(file, 'utf8').split('\n');
  const command = processStart(Number(pid)) === undefined ? undefined : processCommand(Number(pid));
  if (command?.includes(clusterName(cluster)))
    return { pid: Number(pid), port: Number(port), ready: status?.trim() === 'ready' };
  if (command !== undefined) rmSync(file, { force: true });
  return undefined;
}

const owner = z.object({ pid: z.number(), started: z.string() });

const ownerFile = (cluster: Cluster, server: number) => join(cluster.dataDir, `owner-of-${server}`);

/** Notes that this process is the one that will stop the server. */
export function own(cluster: Cluster, server: number): void {
  for (const name of readdirSync(cluster.dataDir)) {
    const pid = /^owner-of-(\d+)$/.exec(name)?.[1];
    if (pid && processStart(Number(pid)) === undefined) disown(cluster, Number(pid));
  }
  const me = { pid: process.pid, started: processStart(process.pid) ?? '' };
  writeFileSync(ownerFile(cluster, server), JSON.stringify(me));
}

export function disown(cluster: Cluster, server: number): void {
  rmSync(ownerFile(cluster, server), { force: true });
}

/** The living process that will stop the server; undefined: the server is an orphan. */
export function ownerOf(cluster: Cluster, server: number): number | undefined {
  const file = ownerFile(cluster, server);
  if (!existsSync(file)) return undefined;
  try {
    const { pid, started } = owner.parse(JSON.parse(readFileSync(file, 'utf8')));
    return processStart(pid) === started ? pid : undefined;
  } catch {
    return undefined;
  }
}
