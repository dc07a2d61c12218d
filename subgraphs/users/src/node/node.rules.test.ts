import { readFileSync } from 'node:fs';
import { Kind, parse } from 'graphql';
import { expect, test } from 'vitest';
import { typeOfPrefix } from './node.rules.ts';

const schema = parse(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));

test('every type that is a Node has the prefix that its description names', () => {
  const nodes = schema.definitions.flatMap((definition) =>
    definition.kind === Kind.OBJECT_TYPE_DEFINITION &&
    definition.interfaces?.some(({ name }) => name.value === 'Node')
      ? [definition]
      : [],
  );
  expect(nodes.length).toBeGreaterThan(5);
  for (const { name, fields } of nodes) {
    const described = fields?.find((field) => field.name.value === 'id')?.description?.value;
    const prefix = /prefix `(\w+)`/.exec(described ?? '')?.[1];
    expect(typeOfPrefix(prefix ?? null)).toBe(name.value);
  }
});

test('an id of no known type names nothing', () => {
  for (const prefix of [null, '', 'constructor', '__proto__', 'invoice'])
    expect(typeOfPrefix(prefix)).toBeNull();
});
