import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CompositionError, composeFromConfig } from './compose.ts';
import { SupergraphConfigError } from './subgraph-list.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supergraph-'));
  await mkdir(join(folder, 'schemas'));
});
afterAll(() => rm(folder, { recursive: true }));

let count = 0;
async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}
const config = (text: string) => file(`supergraph-${++count}.yaml`, text);

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])';

describe('a supergraph.yaml', () => {
  it('is composed, schemas from files beside it and inline', async () => {
    await file(
      'schemas/items.graphql',
      `${link}\ntype Query { item: Item }\ntype Item @key(fields: "id") { id: ID! }`,
    );
    const path = await config(`
      federation_version: =2.14.0
      subgraphs:
        items:
          routing_url: http://localhost:1/graphql
          schema: { file: ./schemas/items.graphql }
        prices:
          schema:
            sdl: |
              ${link}
              type Item @key(fields: "id") { id: ID!  price: Int }
    `);
    const { sdl, subgraphs } = await composeFromConfig(path);
    expect(subgraphs).toEqual([
      { name: 'items', url: 'http://localhost:1/graphql' },
      { name: 'prices', url: '' },
    ]);
    expect(sdl).toContain('@join__graph(name: "items", url: "http://localhost:1/graphql")');
    expect(sdl).toContain('price: Int');
  });

  it('that does not parse names file, line and column of every schema at fault', async () => {
    const one = await file('schemas/one.graphql', 'type Query {\n  a: \n}');
    const path = await config(`
      subgraphs:
        one: { schema: { file: schemas/one.graphql } }
        two: { schema: { sdl: 'type Query { b Int }' } }`);
    const error = await composeFromConfig(path).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CompositionError);
    expect((error as CompositionError).problems).toEqual([
      `${one}:3:1: Syntax Error: Expected Name, found "}".`,
      `${path}#two:1:16: Syntax Error: Expected ":", found Name "Int".`,
    ]);
  });

  it('that does not compose says why, with places where there are any', async () => {
    const one = await file(
      'schemas/bad-key.graphql',
      `${link}\ntype Query { a: A }\n\ntype A @key(fields: "nope") { id: ID! }`,
    );
    const path = await config(`
      subgraphs:
        one: { schema: { file: schemas/bad-key.graphql } }`);
    await expect(composeFromConfig(path)).rejects.toThrow(
      new RegExp(`${one}:4:8: \\[KEY_INVALID_FIELDS\\] \\[one\\] On type "A"`),
    );
    const conflict = await config(`
      subgraphs:
        one: { schema: { sdl: 'type Query { a: Int }' } }
        two: { schema: { sdl: 'type Query { a: String }' } }`);
    await expect(composeFromConfig(conflict)).rejects.toThrow(/\[FIELD_TYPE_MISMATCH\].*"Query.a"/);
  });

  it.each([
    ['is not there', undefined, /no-such\.yaml, the supergraph configuration: there is no such file/],
    ['is no YAML', 'subgraphs: [', /yaml: /],
    ['is empty', '', /the file: /],
    ['names no subgraph', 'subgraphs: {}', /subgraphs: names no subgraph/],
    [
      'is of Federation 1',
      'federation_version: 1\nsubgraphs: { a: { schema: { sdl: x } } }',
      /federation_version: /,
    ],
    [
      'has a subgraph without schema',
      'subgraphs: { a: { routing_url: x } }',
      /subgraphs\.a\.schema: needs `file` or `sdl`/,
    ],
    [
      'names a file that is not there',
      'subgraphs: { a: { schema: { file: gone.graphql } } }',
      /gone\.graphql, the schema of subgraph "a": there is no such file/,
    ],
  ])('that %s is refused with the reason', async (_, text, message) => {
    const path = text === undefined ? join(folder, 'no-such.yaml') : await config(text);
    const error = await composeFromConfig(path).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SupergraphConfigError);
    expect((error as Error).message).toMatch(message);
  });
});
