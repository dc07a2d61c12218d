import { describe, expect, it } from 'vitest';
import { execute, localEngine } from './testing/local-supergraph.ts';

const world = (introspection = true) => {
  const { engine } = localEngine(
    {
      a: {
        sdl: 'type Query { lamps(colour: Colour, numbers: [Int!]): Int } enum Colour { GREEN }',
        resolvers: { Query: { lamps: () => 1 } },
      },
    },
    { introspection },
  );
  return async (query: string, variables = {}) =>
    (await execute(engine, query, variables)).errors?.map(({ message }) => message) ?? [];
};

const list = (count: number, item: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => item(n)).join(' ');

describe('of many mistakes', () => {
  it.each([
    ['in a document', list(51, (n) => `nope${n}`), {}],
    ['in variables', 'lamps(numbers: $numbers)', { numbers: Array.from({ length: 51 }, () => 'x') }],
  ])('%s the first are told, and that there are more', async (_, fields, variables) => {
    const query = `query${'numbers' in variables ? ' ($numbers: [Int!])' : ''} { ${fields} }`;
    const messages = await world()(query, variables);
    expect(messages).toHaveLength(51);
    expect(messages.at(-1)).toBe('There are more mistakes than these 50, which are told first.');
    expect(messages.join()).not.toContain('aborted');
  });

  it('as many as are told are all that are told', async () => {
    expect(await world()(`{ ${list(50, (n) => `nope${n}`)} }`)).toHaveLength(50);
  });
});

it.each([
  ['a field', '{ lamp }', {}],
  ['a value', 'query ($colour: Colour) { lamps(colour: $colour) }', { colour: 'GREEM' }],
])('only who may read the schema is told what was meant by %s', async (_, query, variables) => {
  expect(await world(true)(query, variables)).toEqual([expect.stringMatching(/Did you mean/)]);
  expect(await world(false)(query, variables)).toEqual([
    expect.not.stringMatching(/Did you mean|GREEN|lamps\b/),
  ]);
});
