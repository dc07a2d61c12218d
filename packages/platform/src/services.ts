import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { inherited } from './config.ts';
import { StartError } from './data-folder.ts';
import { fromRoot } from './root.ts';

export type Service = {
  name: string;
  program: string;
  /** Where `/health/ready` answers. */
  origin: string;
  env: Readonly<Record<string, string>>;
};

export type Services = {
  /** The process that runs a service now. */
  pidOf(name: string): number | undefined;
  stop(): Promise<void>;
};

/** A machine that has other work takes its time. One that dies is told of meanwhile. */
const readyWithinMs = 180_000;
const restartAfterMs = 500;

/**
 * Runs each service as a process of its own and waits until all are ready. One that dies is started again.
 * @throws StartError when one does not become ready; all others are stopped then.
 */
export async function startServices(
  services: readonly Service[],
  onDeath: (line: string) => void,
): Promise<Services> {
  const running = new Map<string, ChildProcess>();
  let stopping = false;

  const run = (service: Service): void => {
    const child = spawn(process.execPath, [...process.execArgv, fromRoot(service.program)], {
      cwd: fromRoot(),
      // Only what it needs: one service never sees another's database.
      env: { ...inherited, APOLLO_TELEMETRY_DISABLED: '1', ...service.env },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    running.set(service.name, child);
    child.once('exit', (code, signal) => {
      if (stopping) return;
      onDeath(`${service.name} ended (${signal ?? `code ${code}`}); starting it again`);
      setTimeout(() => !stopping && run(service), restartAfterMs);
    });
  };

  const stop = async (): Promise<void> => {
    stopping = true;
    // The router first: it drains while the subgraphs still answer.
    for (const { name } of services.toReversed()) {
      const child = running.get(name);
      if (!child || child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
  };

  for (const service of services) run(service);
  try {
    await Promise.all(services.map(untilReady));
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop, pidOf: (name) => running.get(name)?.pid };
}

async function untilReady({ name, origin }: Service): Promise<void> {
  const deadline = Date.now() + readyWithinMs;
  while (Date.now() < deadline) {
    const response = await fetch(`${origin}/health/ready`).catch(() => null);
    await response?.body?.cancel();
    if (response?.ok) return;
    await pause(50);
  }
  throw new StartError(
    `${name} was not ready within ${readyWithinMs / 1000} s at ${origin}; see its lines above.`,
  );
}
