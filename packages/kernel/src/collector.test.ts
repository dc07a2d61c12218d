import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

/** V8 says on standard error that it does not know a flag, and goes on. */
it('asks V8 for something that this Node has', async () => {
  const module = JSON.stringify(new URL('collector.ts', import.meta.url).href);
  const program = `const { keepObjectsYoung } = await import(${module}); keepObjectsYoung(); console.log('done');`;
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', program];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
  expect([stdout, stderr]).toEqual(['done\n', '']);
});
