import { expect, it } from 'vitest';
import { localEngine } from '../testing/local-supergraph.ts';

const given = { __resolveReference: (ref: object) => ref };

it('fields of one name on several types go together in no subgraph', async () => {
  const world = localEngine(
    {
      a: {
        sdl: `type Query { all: [U] }  union U = A | B
          type A @key(fields: "id") { id: ID!  x: Int! @shareable  p: P }
          type B @key(fields: "id") { id: ID!  y: Int  q: Q }
          type P { v: Int! @shareable }  type Q { v: Int  w: R }  type R @key(fields: "id") { id: ID! }`,
        resolvers: {
          Query: {
            all: () => [
              { __typename: 'A', id: '1', x: 1, p: { v: 2 } },
              { __typename: 'B', id: '2', y: 3, q: { v: 4, w: { id: '5' } } },
            ],
          },
        },
      },
      b: {
        sdl: `type A @key(fields: "id") { id: ID!  x: Int @shareable }  type P { v: Int @shareable }
          type R @key(fields: "id") { id: ID!  n: Int }`,
        resolvers: { R: { ...given, n: ({ id }: { id: string }) => Number(id) } },
      },
    },
    { onlyByLevels: true },
  );
  const query = '{ all { ...on A { n: x o: p { v } } ...on B { n: y o: q { v w { n } } } } }';
  expect(await world.run(query)).toEqual({
    data: {
      all: [
        { n: 1, o: { v: 2 } },
        { n: 3, o: { v: 4, w: { n: 5 } } },
      ],
    },
  });
});

it('each subgraph gives the part that it knows of an object that several have', async () => {
  const world = localEngine(
    {
      a: {
        sdl: `type Query { item: Item }
          type Item @key(fields: "id") { id: ID!  boxes: [Box!]! @shareable }  type Box { one: Int  both: Int @shareable }`,
        resolvers: {
          Query: {
            item: () => ({
              id: '1',
              boxes: [
                { one: 1, both: 0 },
                { one: 2, both: 0 },
              ],
            }),
          },
        },
      },
      b: {
        sdl: `type Item @key(fields: "id") { id: ID!  boxes: [Box!]! @shareable }  type Box { two: Int  both: Int @shareable }`,
        resolvers: { Item: { ...given, boxes: () => [{ two: 3 }, { two: 4 }] } },
      },
    },
    { onlyByLevels: true },
  );
  expect(await world.run('{ item { boxes { one two both } } }')).toEqual({
    data: {
      item: {
        boxes: [
          { one: 1, two: 3, both: 0 },
          { one: 2, two: 4, both: 0 },
        ],
      },
    },
  });
});
