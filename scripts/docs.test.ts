import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { composeFromConfig } from '@meridian/router/supergraph/compose';
import { loadSupergraph } from '@meridian/router/supergraph/load';
import { type DefinitionNode, type DocumentNode, Kind, parse, validate } from 'graphql';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const { apiSchema } = loadSupergraph((await composeFromConfig(path.join(root, 'supergraph.yaml'))).sdl);

const files = ['README.md', ...readdirSync(path.join(root, 'docs')).map((name) => `docs/${name}`)].filter(
  (name) => name.endsWith('.md'),
);
const examples = files.flatMap((file) => {
  const text = readFileSync(path.join(root, file), 'utf8');
  return operationsIn(text).map((operation) => ({ file, operation }));
});

test('the documents have examples', () => expect(examples.length).toBeGreaterThan(5));

test.each(examples)('$file: $operation', ({ operation }) => {
  const document = parse(operation);
  // A block may show several operations; a request has one.
  const errors = document.definitions.flatMap((one) => validate(apiSchema, alone(one, document)));
  expect(errors.map(({ message }) => message)).toEqual([]);
});

/** Operations in blocks of GraphQL, in strings of JavaScript and in the JSON that `curl` sends. */
function operationsIn(text: string): string[] {
  const found: string[] = [];
  for (const [, language, block = ''] of text.matchAll(/^```(\w+)\n(.*?)^```/gms)) {
    if (language === 'graphql' && /^(query|mutation|subscription|\{)/.test(block)) found.push(block);
    if (language === 'js')
      for (const [, , operation = ''] of block.matchAll(/(['`])((?:query|mutation|subscription)\b.*?)\1/gs))
        found.push(operation);
    if (language === 'console')
      for (const [, body = ''] of block.matchAll(/-d '(.*?)'/gs)) found.push(JSON.parse(body).query);
  }
  return found;
}

function alone(one: DefinitionNode, { definitions }: DocumentNode): DocumentNode {
  const fragments = definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  return { kind: Kind.DOCUMENT, definitions: [one, ...fragments] };
}
