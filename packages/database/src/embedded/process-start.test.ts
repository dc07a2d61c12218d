import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { processCommand, processStart } from './process-start.ts';

test('a process has one start and its command as long as it lives', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 60_000)', 'a mark'], {
    stdio: 'ignore',
  });
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  const start = processStart(pid);
  expect(start).toBeDefined();
  expect(processStart(pid)).toBe(start);
  expect(processStart(process.pid)).not.toBe(start);
  expect(processCommand(pid)).toContain('a mark');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(processStart(pid)).toBeUndefined();
});
