import { spawnSync } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
/** Colours only for eyes: in a log they are noise. */
const plain = process.stdout.isTTY ? [] : ['--colors=off'];

/** Runs a program on this Node, in the project's root; what it prints is shown. */
function run(script: string, args: readonly string[]): number {
  const command = [...process.execArgv, path.join(root, script), ...args];
  return spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' }).status ?? 1;
}

function runStep(title: string, script: string, args: readonly string[]): void {
  const started = performance.now();
  process.stdout.write(`\n▸ ${title}\n`);
  const status = run(script, args);
  const took = ((performance.now() - started) / 1000).toFixed(1);
  if (status !== 0) {
    process.stdout.write(`✗ ${title} failed after ${took} s\n`);
    process.exit(1);
  }
  process.stdout.write(`✓ ${title} (${took} s)\n`);
}

export const typeCheck = () => runStep('types', 'node_modules/typescript/bin/tsc', ['-b']);
export const lint = () =>
  runStep('lint and format', 'node_modules/@biomejs/biome/bin/biome', [
    'ci',
    '--error-on-warnings',
    ...plain,
  ]);
export const compose = () => runStep('composition', 'packages/platform/src/compose.ts', ['--check']);

/** Ends this process with the outcome of the tests; their reporter has the last word, `N passed, N failed`. */
export function test(args: readonly string[]): never {
  process.stdout.write('\n▸ tests\n');
  process.exit(run('node_modules/vitest/vitest.mjs', ['run', ...args]));
}
