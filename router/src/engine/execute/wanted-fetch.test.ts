import { beforeEach, expect, it } from 'vitest';
import { localEngine } from '../testing/local-supergraph.ts';

const given = { __resolveReference: (ref: object) => ref };
const { run, calls } = localEngine({
  items: {
    sdl: `type Query { item: Item  count: Int } type Mutation { add: Int  drop: Int }
      type Item @key(fields: "id") { id: ID!  name: String }`,
    resolvers: {
      Query: { item: () => ({ id: '1', name: 'Lamp' }), count: () => 1 },
      Mutation: { add: () => 1, drop: () => 2 },
      Item: given,
    },
  },
  stock: {
    sdl: `type Item @key(fields: "id") { id: ID!  stock: Int  shelf: String  place: Place }
      type Place @key(fields: "id") { id: ID! }`,
    resolvers: { Item: { ...given, stock: () => 3, shelf: () => 'A', place: () => ({ id: 'p' }) } },
  },
  places: {
    sdl: 'type Place @key(fields: "id") { id: ID!  city: String }',
    resolvers: { Place: { ...given, city: () => 'Ulm' } },
  },
});
beforeEach(() => {
  calls.length = 0;
});
const asked = () => calls.map(({ subgraph }) => subgraph);

it('a fetch of which conditions leave nothing is not sent', async () => {
  const query = `query ($a: Boolean!, $b: Boolean!) {
    item { name stock @include(if: $a) ... on Item @skip(if: $b) { shelf } } }`;
  expect(await run(query, { a: false, b: true })).toEqual({ data: { item: { name: 'Lamp' } } });
  expect(asked()).toEqual(['items']);
  expect(await run(query, { a: false, b: false })).toEqual({ data: { item: { name: 'Lamp', shelf: 'A' } } });
  expect(asked()).toEqual(['items', 'items', 'stock']);
});

it('at the root neither, be it of a query or of a mutation', async () => {
  const query =
    'query ($a: Boolean!, $b: Boolean!) { count @include(if: $a) item @include(if: $b) { name } }';
  expect(await run(query, { a: false, b: false })).toEqual({ data: {} });
  const mutation = 'mutation ($a: Boolean!, $b: Boolean!) { add @include(if: $a) drop @skip(if: $b) }';
  expect(await run(mutation, { a: false, b: true })).toEqual({ data: {} });
  expect(asked()).toEqual([]);
  expect(await run(mutation, { a: false, b: false })).toEqual({ data: { drop: 2 } });
});

it('one is sent for what a later fetch needs', async () => {
  const query = `query ($a: Boolean!, $b: Boolean!) {
    item { stock @include(if: $a) shelf @include(if: $b) place { city } } }`;
  expect(await run(query, { a: false, b: false })).toEqual({ data: { item: { place: { city: 'Ulm' } } } });
  expect(asked()).toEqual(['items', 'stock', 'places']);
});
