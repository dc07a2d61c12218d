import fc from 'fast-check';
import { buildSchema, getVariableValues, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { expect, it } from 'vitest';
import { compileVariableValues } from './variable-values.ts';

const schema = buildSchema(`
  scalar Any
  enum Size { SMALL LARGE }
  input Filter { size: Size = SMALL  ids: [ID!] }
  type Query { it: Int }
`);

const types = ['Int', 'ID', 'String', 'Boolean', 'Float', 'Any', 'Size', 'Filter', 'Query', 'Nothing'];
const wraps = ['T', 'T!', '[T]', '[T!]!', '[[T]!]', 'T = null', 'Int = 3', '[Int!] = [1, 2]'];

const scalar = fc.constantFrom<unknown>(
  null,
  undefined,
  0,
  1.5,
  2 ** 40,
  '',
  'x',
  'LARGE',
  true,
  'constructor',
);
const value = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 3 }),
  fc.array(fc.array(scalar, { maxLength: 2 }), { maxLength: 2 }),
  fc.record({ size: scalar, ids: fc.array(scalar, { maxLength: 2 }) }, { requiredKeys: [] }),
);
const names = fc.constantFrom('a', 'b', '__proto__', 'toString');

it('gives what graphql-js gives, mistakes and their words among it', () => {
  const variables = fc.uniqueArray(
    fc.record({ name: names, type: fc.constantFrom(...types), wrap: fc.constantFrom(...wraps) }),
    { selector: ({ name }) => name, maxLength: 3 },
  );
  const given = fc.dictionary(names, value, { noNullPrototype: true });
  fc.assert(
    fc.property(variables, fc.array(given, { minLength: 1, maxLength: 3 }), (declared, inputs) => {
      const text = declared.map(({ name, type, wrap }) => `$${name}: ${wrap.replace('T', type)}`).join(' ');
      const [operation] = parse(`query Q${text && `(${text})`} { it }`).definitions;
      if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error(text);
      const { variableDefinitions = [] }: OperationDefinitionNode = operation;
      const coerce = compileVariableValues(schema, variableDefinitions);
      for (const input of inputs)
        expect(coerce(input)).toEqual(
          getVariableValues(schema, variableDefinitions, input, { maxErrors: 50 }),
        );
    }),
    { numRuns: 3_000 },
  );
});
