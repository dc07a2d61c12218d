import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { generateAll } from './generate-all.ts';

let root = '';
const write = (file: string, text: string) => {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
};
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

const schema = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  scalar UUID
  "A thing."
  type Thing @key(fields: "id") { id: ID! code: UUID colour: Colour owner: Owner }
  enum Colour { RED GREEN }
  type Owner { name: String! }
  type Query { thing(id: ID!): Thing }
`;
const prisma = `
generator client {
  provider            = "prisma-client"
  output              = "../src/generated/prisma"
  runtime             = "nodejs"
  moduleFormat        = "esm"
  engineType          = "client"
  importFileExtension = "ts"
}
datasource db {
  provider = "postgresql"
}
model Thing {
  id String @id
}
`;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'meridian-generate-'));
  write('subgraphs/things/schema.graphql', schema);
  write('subgraphs/things/codegen.json', '{ "mappers": { "Owner": "../owner.ts#OwnerRow" } }');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('types take parents from codegen.json, scalars from graphql-scalars, and keys from federation', async () => {
  expect(await generateAll(root)).toEqual(['things: resolver types']);
  const types = read('subgraphs/things/src/generated/graphql.ts');
  expect(types).toContain(`import type { OwnerRow } from '../owner.ts';`);
  expect(types).toContain('UUID: { input: string; output: string; }');
  expect(types).toMatch(/export type Colour =\s+\| 'RED'\s+\| 'GREEN'/);
  expect(types).toContain('__resolveReference');
  expect(types).toContain(`import type { Context } from '../context.ts';`);
});

test('nothing is written while nothing changed', async () => {
  await generateAll(root);
  expect(await generateAll(root)).toEqual([]);
  write('subgraphs/things/codegen.json', '{}');
  expect(await generateAll(root)).toEqual(['things: resolver types']);
  expect(read('subgraphs/things/src/generated/graphql.ts')).not.toContain('OwnerRow');
});

test('the Prisma client is written beside them', async () => {
  write('subgraphs/things/prisma/schema.prisma', prisma);
  expect(await generateAll(root)).toEqual(['things: Prisma client', 'things: resolver types']);
  expect(read('subgraphs/things/src/generated/prisma/client.ts')).toContain('export type Thing');
  expect(await generateAll(root)).toEqual([]);
});

test('all that is wrong is told, with the file', async () => {
  write('subgraphs/things/prisma/schema.prisma', prisma.replace('String @id', 'Strin @id'));
  write('subgraphs/things/schema.graphql', 'type Query { a: Missing }');
  const failure = await generateAll(root).catch(String);
  expect(failure).toMatch(/things\/prisma\/schema\.prisma: no client could be generated[\s\S]*Strin/);
  expect(failure).toMatch(/things\/schema\.graphql: .*Missing/);
  write('subgraphs/things/schema.graphql', `${schema} scalar Unheard`);
  await expect(generateAll(root)).rejects.toThrow('Unheard');
});
