import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const module = JSON.stringify(new URL('collector.ts', import.meta.url).href);

/** Runs a program with what `collector.ts` exports. V8 says on standard error that it does not know a flag, and goes on. */
async function run(program: string, ...flags: string[]): Promise<string> {
  const text = `const { keepMemorySmall, leaveStartBehind } = await import(${module}); ${program}`;
  const args = ['--disable-warning=ExperimentalWarning', ...flags, '--input-type=module', '-e', text];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
  expect(stderr).toBe('');
  return stdout.trim();
}

it('tells V8 nothing that this Node does not know', async () => {
  expect(await run("keepMemorySmall(); console.log('done')")).toBe('done');
});

it('gives threads what they ask for, in place of what the process was started with', async () => {
  const program = `
    const { Worker } = await import('node:worker_threads');
    const limitOf = async (maxYoungGenerationSizeMb) => {
      const text = \`import { parentPort } from 'node:worker_threads';
        import { getHeapStatistics } from 'node:v8';
        parentPort.postMessage(getHeapStatistics().heap_size_limit);\`;
      const worker = new Worker(text, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb } });
      return new Promise((resolve) => worker.once('message', resolve));
    };
    const before = await limitOf(12);
    keepMemorySmall();
    console.log((before - await limitOf(12)) / 2 ** 20)`;
  // Of three parts of 16 MB each only 4 are left.
  expect(await run(program, '--max-semi-space-size=16')).toBe('36');
});

it('throws away what is garbage, and leaves no way to do so to whoever comes later', async () => {
  const program = `
    let garbage = Array.from({ length: 1e6 }, (_, n) => ({ n }));
    const full = process.memoryUsage().heapUsed;
    garbage = undefined;
    leaveStartBehind();
    const freed = (full - process.memoryUsage().heapUsed) / 2 ** 20 > 20;
    console.log(freed, typeof gc, (await import('node:vm')).runInNewContext('typeof gc'))`;
  expect(await run(program)).toBe('true undefined undefined');
});
