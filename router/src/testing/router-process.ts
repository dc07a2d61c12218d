import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { eventually } from '@meridian/testkit/eventually';
import { expect } from 'vitest';
import { patientEnvironment } from './patient-config.ts';

/** The router as its own process, patient, with nothing else in its environment but what is given. */
export function runRouter(args: string[], env: Record<string, string> = {}) {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, ...args], { env: { ...patientEnvironment, ...env } });
  const printed = { out: '', err: '' };
  child.stdout.on('data', (data) => (printed.out += data));
  child.stderr.on('data', (data) => (printed.err += data));
  return {
    child,
    printed,
    exit: once(child, 'exit').then(([code]) => code as number),
    /** Where it serves, once it does. */
    async url(): Promise<string> {
      await eventually(() => expect(printed.out).toContain('"serving"'));
      return /"url":"([^"]+)"/.exec(printed.out)?.[1] ?? '';
    },
  };
}
