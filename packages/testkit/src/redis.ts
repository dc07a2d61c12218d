import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { config } from './config.ts';
import { freePort } from './free-port.ts';
import { findProgram } from './program.ts';

export type TestRedis = {
  url: string;
  /** Kills it with SIGKILL and starts an empty one in its place, on the same port. Null for that of REDIS_URL. */
  replace: (() => Promise<void>) | null;
  stop(): Promise<void>;
};

/** Why tests that need Redis are left out, or undefined when they can run. */
export function redisIsMissing(): string | undefined {
  if (config.REDIS_URL || redisServer()) return undefined;
  return 'left out: REDIS_URL is not set and redis-server is not on the PATH';
}

/** For `test.skipIf(!redisIsAvailable())`. */
export const redisIsAvailable = (): boolean => redisIsMissing() === undefined;

/**
 * A Redis for one test file: that of REDIS_URL, or an own empty one on a free port that keeps nothing on disk.
 * @throws when there is none; ask `redisIsAvailable` first
 */
export async function startRedis(): Promise<TestRedis> {
  if (config.REDIS_URL) return { url: config.REDIS_URL, replace: null, stop: async () => {} };
  const program = redisServer();
  if (!program) throw new Error(redisIsMissing());
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    let server = await launch(program, port);
    if (server)
      return {
        url: `redis://127.0.0.1:${port}`,
        stop: async () => server?.stop('SIGTERM'),
        async replace() {
          await server?.stop('SIGKILL');
          server = await launch(program, port);
          if (!server) throw new Error('redis-server does not start again');
        },
      };
    // Somebody else took the port in between.
    if (attempt === 5) throw new Error('redis-server does not start');
  }
}

const redisServer = () => findProgram('redis-server');

type Launched = { stop(signal: NodeJS.Signals): Promise<void> };

async function launch(program: string, port: number): Promise<Launched | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-test-redis-'));
  const args = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no'];
  const server = spawn(program, [...args, '--dir', folder], { stdio: ['ignore', 'pipe', 'ignore'] });
  const gone = once(server, 'exit');
  const kill = () => server.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async (signal: NodeJS.Signals) => {
    process.off('exit', kill);
    server.kill(signal);
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  for await (const line of createInterface({ input: server.stdout }))
    if (line.includes('Ready to accept connections')) {
      server.stdout.resume();
      return { stop };
    }
  await stop('SIGTERM');
  return undefined;
}
