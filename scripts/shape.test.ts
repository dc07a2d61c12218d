import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const filesIn = (...folder: string[]): string[] =>
  readdirSync(path.join(root, ...folder), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();
const subgraphs = ['users', 'catalog', 'orders', 'rides'];

test('the four subgraphs have one shape, to the file', () => {
  for (const name of subgraphs) {
    expect(filesIn('subgraphs', name), name).toEqual([
      'codegen.json',
      'package.json',
      'prisma.config.ts',
      'schema.graphql',
      'tsconfig.json',
    ]);
    expect(filesIn('subgraphs', name, 'src'), name).toEqual([
      'config.ts',
      'context.ts',
      'loaders.ts',
      'main.ts',
      'resolvers.ts',
      'rows.ts',
      'subgraph.ts',
      'tables.ts',
    ]);
  }
});

/** The part of a text from a line that starts with `start` up to the closing brace. */
const block = (text: string, start: string) => text.slice(text.indexOf(`\n${start}`)).split('\n}\n', 1)[0];

test('what the subgraphs share stands word for word the same in each', () => {
  const read = (file: string) =>
    subgraphs.map((name) => readFileSync(path.join(root, 'subgraphs', name, file), 'utf8'));
  const models = [
    'IdempotencyKey',
    'OutboxMessage',
    'OutboxRelay',
    'TrimmedLog',
    'InboxMessage',
    'ParkedMessage',
  ];
  for (const model of models.map((name) => `model ${name}`))
    expect(new Set(read('prisma/schema.prisma').map((text) => block(text, model))).size, model).toBe(1);
  for (const type of [
    'interface Node',
    'interface UserError',
    'type InvalidInputError',
    'type Money',
    'type PageInfo',
  ]) {
    const declared = read('schema.graphql').filter((text) => text.includes(`\n${type} `));
    expect(new Set(declared.map((text) => block(text, type))).size, type).toBe(1);
  }
});

test('no source file is longer than 300 lines, and half of them have fewer than 80', () => {
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts', '*.mjs'], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((file) => file && !file.endsWith('.d.ts'));
  const lengths = files
    .map((file) => ({ file, lines: readFileSync(path.join(root, file), 'utf8').split('\n').length - 1 }))
    .sort((a, b) => a.lines - b.lines);
  expect(lengths.filter(({ lines }) => lines > 300)).toEqual([]);
  expect(lengths[Math.floor(lengths.length / 2)]?.lines).toBeLessThan(80);
});
