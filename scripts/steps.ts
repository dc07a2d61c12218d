import { spawnSync } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');

/** Runs a program of a package on this Node, in the project's root; what it prints is shown. */
export function runTool(title: string, script: string, args: readonly string[]): void {
  const started = performance.now();
  process.stdout.write(`\n▸ ${title}\n`);
  const { status } = spawnSync(process.execPath, [...process.execArgv, path.join(root, script), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  const took = ((performance.now() - started) / 1000).toFixed(1);
  if (status !== 0) {
    process.stdout.write(`✗ ${title} failed after ${took} s\n`);
    process.exit(1);
  }
  process.stdout.write(`✓ ${title} (${took} s)\n`);
}

export const generate = () => runTool('generated code', 'scripts/generate.ts', []);
export const typeCheck = () => runTool('types', 'node_modules/typescript/bin/tsc', ['-b']);
export const lint = () => runTool('lint and format', 'node_modules/@biomejs/biome/bin/biome', ['ci', '--error-on-warnings']);
export const compose = () => runTool('composition', 'packages/platform/src/compose.ts', ['--check']);
export const test = (args: readonly string[]) => runTool('tests', 'node_modules/vitest/vitest.mjs', ['run', ...args]);
