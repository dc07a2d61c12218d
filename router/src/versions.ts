import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

const served = [
  'graphql',
  '@apollo/server',
  '@apollo/query-planner',
  '@apollo/federation-internals',
  '@apollo/composition',
  'graphql-ws',
  'fastify',
  'undici',
];

/** One line for each thing that takes part in an answer: its name and version. */
export function versions(): string {
  const lines = served.map((name) => [name, versionOf(name)]);
  return [['meridian router', versionOf('..')], ['node', process.versions.node], ...lines]
    .map(([name, version]) => `${name} ${version}`)
    .join('\n');
}

function versionOf(specifier: string): string {
  const file = findPackageJSON(specifier, import.meta.url);
  const manifest: unknown = file === undefined ? {} : JSON.parse(readFileSync(file, 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
}
