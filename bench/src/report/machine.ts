import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import { peerModules } from '../peers.ts';
import { canPin } from '../process/start.ts';

const compared = [
  '@apollo/server',
  '@apollo/gateway',
  '@apollo/subgraph',
  '@graphql-hive/gateway-runtime',
  '@graphql-hive/router-runtime',
  '@graphql-hive/router-query-planner',
  'graphql',
];

/** What the figures depend on, as lines of a list. */
export function machineFacts(): string {
  const [first, ...more] = os.cpus();
  return [
    `- ${more.length + 1} × ${first?.model.trim()}, ${Math.round(os.totalmem() / 2 ** 30)} GiB, ${os.type()} ${os.release()}`,
    `- Node ${process.versions.node}; ${compared.map((name) => `${name} ${versionOf(name)}`).join(', ')}`,
    canPin
      ? '- router and subgraphs tied to one processor, the client to another'
      : '- processes not tied to processors: `taskset` is missing, or there is only one',
    `- load average at the start ${os.loadavg()[0]?.toFixed(2)}`,
  ].join('\n');
}

/** Read from the file: few packages let their `package.json` be imported. */
function versionOf(name: string): string {
  const folders = [peerModules, ...(createRequire(import.meta.url).resolve.paths(name) ?? [])];
  for (const folder of folders) {
    try {
      return String(JSON.parse(readFileSync(`${folder}/${name}/package.json`, 'utf8')).version);
    } catch {
      // It is further up.
    }
  }
  return 'unknown';
}
