import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import type { Report } from './testing/hundred-swaps.ts';

const program = fileURLToPath(new URL('testing/hundred-swaps.ts', import.meta.url));

it('a hundred swaps under load answer every request and leave nothing behind', async () => {
  const args = ['--expose-gc', program, '5', '100'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 1_700_000 });
  const { answered, wrong, events, before, after }: Report = JSON.parse(stdout);
  expect(wrong).toEqual([]);
  expect(answered).toBeGreaterThan(100);
  expect(events).toBeGreaterThan(0);
  // That of what is served, if it has not ended by now for want of work.
  expect(after.threads).toBeLessThan(2);
  // Each supergraph had connections of its own, a handful; how many depends on what was asked at the same time.
  expect(after.sockets).toBeLessThan(before.sockets + 50);
  // A supergraph that is served takes about 0.3 MB: a hundred of them would not go unnoticed.
  expect(after.heapBytes - before.heapBytes).toBeLessThan(10_000_000);
}, 1_800_000);
