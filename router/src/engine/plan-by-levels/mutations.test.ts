import { expect, it } from 'vitest';
import { localEngine } from '../testing/local-supergraph.ts';

const done: string[] = [];
const doing =
  (name: string) =>
  (_: unknown, { n }: { n: number }) => {
    done.push(`${name}${n}`);
    return { n };
  };
const subgraph = (name: string) => ({
  sdl: `type Query { ${name}: Int }  type Mutation { ${name}(n: Int!): Done }  type Done @shareable { n: Int  same: Int }`,
  resolvers: { Mutation: { [name]: doing(name) }, Done: { same: ({ n }: { n: number }) => n } },
});

it.each([false, true])(
  'mutations happen once, where they are first selected (levels only: %s)',
  async (onlyByLevels) => {
    const { run } = localEngine({ a: subgraph('a'), b: subgraph('b') }, { onlyByLevels });
    const query = `mutation M($first: Boolean!, $second: Boolean!) {
    x: a(n: 1) @include(if: $first) { n }
    y: b(n: 2) { n }
    ...F @include(if: $second)
    z: b(n: 3) { n }
    x: a(n: 1) { same }
  }
  fragment F on Mutation { x: a(n: 1) { n } }`;
    const both = { n: 1, same: 1 };
    const cases = [
      [{ first: true, second: false }, ['a1', 'b2', 'b3'], { x: both }],
      [{ first: true, second: true }, ['a1', 'b2', 'b3'], { x: both }],
      [{ first: false, second: true }, ['b2', 'a1', 'b3'], { x: both }],
      [{ first: false, second: false }, ['b2', 'b3', 'a1'], { x: { same: 1 } }],
    ] as const;
    for (const [variables, order, { x }] of cases) {
      done.length = 0;
      const { data, errors } = await run(query, variables);
      expect({ errors, data, done }).toEqual({
        errors: undefined,
        data: { x, y: { n: 2 }, z: { n: 3 } },
        done: order,
      });
    }
  },
);

it.each([
  'mutation { ...on Mutation { x: a(n: 1) { n } } y: b(n: 2) { n } ...on Mutation { z: a(n: 3) { n } } }',
  'mutation { ...F y: b(n: 2) { n } ...G } fragment F on Mutation { x: a(n: 1) { n } } fragment G on Mutation { z: a(n: 3) { n } }',
  `mutation M($yes: Boolean! = true) { ...@include(if: $yes) { x: a(n: 1) { n } } y: b(n: 2) { n }
    ...@include(if: $yes) { z: a(n: 3) { n } } }`,
])('those of fragments happen in their order: %s', async (query) => {
  const { run } = localEngine({ a: subgraph('a'), b: subgraph('b') });
  done.length = 0;
  expect(await run(query)).toEqual({ data: { x: { n: 1 }, y: { n: 2 }, z: { n: 3 } } });
  expect(done).toEqual(['a1', 'b2', 'a3']);
});
