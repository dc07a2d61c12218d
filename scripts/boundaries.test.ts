import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const biome = path.join(root, 'node_modules/@biomejs/biome/bin/biome');

const forbidden: [file: string, imported: string, because: string][] = [
  ['router/src/engine/a.ts', '@meridian/catalog/subgraph', 'The router knows no subgraph'],
  ['router/src/engine/b.ts', '@meridian/contracts/catalog', 'The router knows no subgraph'],
  ['packages/kernel/src/a.ts', '@meridian/contracts/catalog', 'The kernel has no business noun'],
  ['packages/contracts/src/a.ts', '@meridian/kernel/errors', 'depend on nothing of ours'],
  ['packages/database/src/a.ts', '@meridian/users/subgraph', 'know no subgraph'],
  ['subgraphs/orders/src/a.ts', '@meridian/catalog/rows', 'never imports another subgraph'],
  ['subgraphs/orders/src/order/a.rules.ts', '@meridian/catalog/rows', 'never imports another subgraph'],
  ['subgraphs/orders/src/order/b.rules.ts', 'graphql', 'Rules are pure'],
  [
    'subgraphs/orders/src/order/a.resolvers.ts',
    '../generated/prisma/client.ts',
    'through loaders and use cases',
  ],
  ['subgraphs/orders/src/b.ts', '@apollo/gateway', 'noUndeclaredDependencies'],
];
const readsEnvironment = ['router/src/engine/c.ts', 'router/src/config.ts'];

let folder: string;
let findings: string[];

/** A copy of the layout in which every rule is broken once; the linter's settings are ours. */
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'meridian-boundaries-'));
  const write = (file: string, text: string) => {
    mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  };
  copyFileSync(path.join(root, 'biome.json'), path.join(folder, 'biome.json'));
  for (const place of [
    '.',
    'router',
    'subgraphs/orders',
    'packages/kernel',
    'packages/contracts',
    'packages/database',
  ])
    write(path.join(place, 'package.json'), readFileSync(path.join(root, place, 'package.json'), 'utf8'));
  for (const [file, imported] of forbidden)
    write(file, `import { a } from '${imported}';\n\nexport const b = a;\n`);
  for (const file of readsEnvironment) write(file, 'export const a = process.env.A;\n');

  const args = [biome, 'lint', '--vcs-enabled=false', '--max-diagnostics=none', '--reporter=github'];
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  findings = stdout.split('\n').filter((line) => line.startsWith('::'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each(forbidden)('%s may not import %s', (file, _imported, because) => {
  const found = findings.filter((line) => line.includes(file));
  expect(found.join('\n')).toContain(because);
});

test('the environment is read in config files only', () => {
  const [elsewhere, config] = readsEnvironment.map((file) =>
    findings.filter((line) => line.includes(file) && line.includes('noProcessEnv')),
  );
  expect([elsewhere?.length, config?.length]).toEqual([1, 0]);
});

test('packages reach each other only as their exports and their dependencies say', () => {
  for (const place of ['packages', 'subgraphs']) {
    for (const name of readdirSync(path.join(root, place))) {
      const { exports, dependencies } = JSON.parse(
        readFileSync(path.join(root, place, name, 'package.json'), 'utf8'),
      );
      expect(exports).toEqual({ './*': './src/*.ts' });
      if (place !== 'subgraphs') continue;
      const ours = Object.keys(dependencies).filter((dependency) => dependency.startsWith('@meridian/'));
      expect(ours.toSorted()).toEqual(['@meridian/contracts', '@meridian/kernel']);
    }
  }
});
