import fc from 'fast-check';
import { buildSchema, type OperationDefinitionNode, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { Data } from './own.ts';
import { compileShape } from './shape.ts';
import { compileWriteData } from './write-data.ts';

const schema = buildSchema(`
  scalar Any
  enum Colour { RED GREEN }
  interface Node { id: ID }
  type Thing implements Node { id: ID  text: String  must: String!  number: Int  share: Float  is: Boolean  any: Any
    colour: Colour  things: [Thing]  grid: [[Int!]]  node: Node }
  type Other implements Node { id: ID  other: Int }
  type Query { thing: Thing  node: Node }
`);

/** The text that is written, and what the interpreted way makes of the same data. */
function both(query: string, data: unknown, variables = {}) {
  const document = parse(query);
  const operation = document.definitions[0] as OperationDefinitionNode;
  const run = { data: data as Data, variables, errors: [], bereft: new Set<object>() };
  const text = compileWriteData(schema, document, operation)(run);
  const shaped = compileShape(schema, document, operation)({ ...run, context: {} as never });
  return { text, shaped: JSON.stringify(shaped), errors: run.errors };
}

const query = `{ thing { __typename id text number share is any colour grid __proto__: text
  things { constructor: id again: text must } node { id ... on Other { other } ... on Thing { text } } } }`;

const odd = fc.constantFrom<unknown>(
  null,
  undefined,
  0,
  -0,
  1.5,
  2 ** 31,
  Number.NaN,
  '',
  'RED',
  '"',
  true,
  [],
  {},
);
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\ud800', '\u2028', '\\"\n\u0000', '__proto__'),
);
const mostly = (usual: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 60, arbitrary: usual }, { weight: 1, arbitrary: odd });
const things = fc.array(fc.record({ constructor: text, again: text, must: mostly(text) }), { maxLength: 3 });
const thing = fc.record({
  id: mostly(fc.oneof(text, fc.integer())),
  text: mostly(text),
  number: mostly(fc.integer()),
  share: mostly(fc.double()),
  is: mostly(fc.boolean()),
  any: mostly(fc.jsonValue()),
  colour: mostly(fc.constantFrom('RED', 'GREEN')),
  grid: mostly(fc.array(mostly(fc.array(mostly(fc.integer()))))),
  things: mostly(things),
  node: mostly(
    fc.record({
      __typename: mostly(fc.constantFrom('Thing', 'Other', 'Query')),
      id: text,
      other: fc.integer(),
    }),
  ),
});

describe('answers written straight', () => {
  it('are those that shaping makes, or are left to it', () => {
    let written = 0;
    fc.assert(
      fc.property(mostly(thing), (value) => {
        const { text, shaped, errors } = both(query, { thing: value });
        expect(text === undefined).toBe(errors.length > 0);
        if (text === undefined) return;
        written += 1;
        expect(text).toBe(shaped);
      }),
      { numRuns: 3000 },
    );
    expect(written).toBeGreaterThan(300);
  });

  it('have each field at the first of its places that is selected', () => {
    const conditional = `query ($a: Boolean!, $b: Boolean!) {
      thing @include(if: $a) { text } node { id } thing @include(if: $b) { number text } thing @skip(if: $a) { id } }`;
    const data = { thing: { id: 1, text: 't', number: 2 }, node: { __typename: 'Other', id: 'o' } };
    for (const a of [true, false])
      for (const b of [true, false]) {
        const { text, shaped } = both(conditional, data, { a, b });
        expect(text).toBe(shaped);
      }
    expect(both(conditional, data, { a: false, b: true }).text).toBe(
      '{"node":{"id":"o"},"thing":{"number":2,"text":"t","id":"1"}}',
    );
  });

  it('are left to shaping where types are not settled or the schema is asked for', () => {
    expect(both('{ node { id } }', { node: { id: '1' } }).text).toBeUndefined();
    expect(both('{ __schema { queryType { name } } }', {}).text).toBeUndefined();
  });
});
