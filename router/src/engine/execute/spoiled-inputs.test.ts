import { expect, it } from 'vitest';
import { localEngine } from '../testing/local-supergraph.ts';

const given = { __resolveReference: (ref: object) => ref };
const twoUnlessFirst = ({ id }: { id: string }) => {
  if (id === '1') throw new Error('the scales are broken');
  return 2;
};

const { run } = localEngine({
  items: {
    sdl: 'type Query { items: [Item] } type Item @key(fields: "id") { id: ID! }',
    resolvers: { Query: { items: () => [{ id: '1' }, { id: '2' }] } },
  },
  weights: {
    sdl: 'type Item @key(fields: "id") { id: ID!  weight: Int  box: Box } type Box { size: Int  lid: Int! }',
    resolvers: {
      Item: { ...given, weight: twoUnlessFirst, box: ({ id }: { id: string }) => ({ id }) },
      Box: { size: twoUnlessFirst, lid: twoUnlessFirst },
    },
  },
  prices: {
    sdl: `type Item @key(fields: "id") { id: ID!  weight: Int @external  box: Box @external
        cost: Int @requires(fields: "weight")  due: Int! @requires(fields: "weight")
        fit: String @requires(fields: "box { size }")  tax: Int
        freight: Int @requires(fields: "weight box { size }") }
      type Box @external { size: Int }`,
    resolvers: {
      Item: {
        ...given,
        cost: ({ weight }: { weight: number | null }) => (weight ?? 0) * 2,
        due: ({ weight }: { weight: number | null }) => weight ?? 0,
        fit: ({ box }: { box: { size: number | null } }) => `fits ${box.size}`,
        tax: () => 5,
        freight: () => 6,
      },
    },
  },
});

const failure = (...path: (string | number)[]) => ({
  message: 'the scales are broken',
  path,
  extensions: expect.objectContaining({ subgraph: 'weights' }),
});

it('a failed input costs the field that requires it, which is where the error is shown', async () => {
  expect(await run('{ items { id c: cost tax } }')).toEqual({
    data: {
      items: [
        { id: '1', c: null, tax: 5 },
        { id: '2', c: 4, tax: 5 },
      ],
    },
    errors: [failure('items', 0, 'c')],
  });
});

it('at the input too, where that is selected', async () => {
  const { data, errors } = await run('{ items { weight cost } }');
  expect(data).toEqual({
    items: [
      { weight: null, cost: null },
      { weight: 2, cost: 4 },
    ],
  });
  expect(errors).toEqual([failure('items', 0, 'weight'), failure('items', 0, 'cost')]);
});

it('one deep within an input, and one whose field may not be null', async () => {
  expect(await run('{ items { fit } }')).toEqual({
    data: { items: [{ fit: null }, { fit: 'fits 2' }] },
    errors: [failure('items', 0, 'fit')],
  });
  expect(await run('{ items { due } }')).toEqual({
    data: { items: [null, { due: 2 }] },
    errors: [failure('items', 0, 'due')],
  });
});

it('a null that stands for an object in which something else failed is none to compute with', async () => {
  const { data, errors } = await run('{ items { box { lid } fit } }');
  expect(data).toEqual({
    items: [
      { box: null, fit: null },
      { box: { lid: 2 }, fit: 'fits 2' },
    ],
  });
  const [lid, fit] = [failure('items', 0, 'box', 'lid'), failure('items', 0, 'fit')];
  expect(errors).toEqual(expect.arrayContaining([lid, fit]));
});

it('not at the input where a client calls another field so', async () => {
  expect(await run('{ items { weight: id cost } }')).toEqual({
    data: {
      items: [
        { weight: '1', cost: null },
        { weight: '2', cost: 4 },
      ],
    },
    errors: [failure('items', 0, 'cost')],
  });
});

it('once where several inputs of a field failed, none of which is selected', async () => {
  expect(await run('{ items { freight } }')).toEqual({
    data: { items: [{ freight: null }, { freight: 6 }] },
    errors: [failure('items', 0, 'freight')],
  });
});

it('and nowhere, where the variables leave the field out', async () => {
  const query = 'query ($no: Boolean!) { items { id cost @include(if: $no) tax } }';
  const { data } = await run(query, { no: false });
  expect(data).toEqual({
    items: [
      { id: '1', tax: 5 },
      { id: '2', tax: 5 },
    ],
  });
});
