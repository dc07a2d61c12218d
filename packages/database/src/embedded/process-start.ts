import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * When a process started, in the system's own notation: with its id this names one process for good, where the id alone
 * may have been given to another since. Undefined when it runs no more; a zombie counts as gone.
 */
export function processStart(pid: number): string | undefined {
  if (process.platform === 'linux') return linuxProcessStart(pid);
  if (process.platform === 'win32') return isRunning(pid) ? 'running' : undefined;
  const line = ps(pid, 'stat=,lstart=');
  return line === undefined || line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '');
}

/** The arguments that a process was started with, or undefined when it cannot be known. */
export function processCommand(pid: number): string | undefined {
  if (process.platform !== 'linux') return ps(pid, 'command=');
  return readOrUndefined(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ');
}

/** Field 22 of proc_pid_stat(5), in clock ticks since boot. The name before it may hold spaces and parentheses. */
function linuxProcessStart(pid: number): string | undefined {
  const stat = readOrUndefined(`/proc/${pid}/stat`);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields?.[0] === 'Z' ? undefined : fields?.[19];
}

function ps(pid: number, columns: string): string | undefined {
  try {
    return (
      execFileSync('ps', ['-o', columns, '-p', String(pid)], { stdio: ['ignore', 'pipe', 'ignore'] })
        .toString()
        .trim() || undefined
    );
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
