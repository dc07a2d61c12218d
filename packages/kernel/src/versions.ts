import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

/**
 * One line for each thing that takes part in an answer: its name and version.
 * @param from the `import.meta.url` of the program, whose packages they are
 */
export function versionLines(program: string, packages: readonly string[], from: string): string {
  const named = packages.map((name) => [name, versionOf(name, from)]);
  return [[program, versionOf('..', from)], ['node', process.versions.node], ...named]
    .map((line) => `${line.join(' ')}\n`)
    .join('');
}

function versionOf(specifier: string, from: string): string {
  const file = findPackageJSON(specifier, from);
  const manifest: unknown = file === undefined ? {} : JSON.parse(readFileSync(file, 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
}
