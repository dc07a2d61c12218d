import { expect, it } from 'vitest';
import { localEngine } from './testing/local-supergraph.ts';

/*
 * As many errors as are taken from subgraphs, nearly, about as many objects: what looked at each error for each object took
 * minutes, in which nobody else was answered.
 */
const many = 90_000;

it('a subgraph may leave out a field as often as it reports errors', async () => {
  const { run } = localEngine({
    items: {
      sdl: 'type Query { items: [Item] } type Item { id: ID  size: Int }',
      answer: () => ({
        data: { items: Array.from({ length: many }, () => ({ id: '1' })) },
        errors: Array.from({ length: many }, () => ({ message: 'sizes are lost' })),
      }),
    },
  });
  const { data, errors } = await run('{ items { id size } }');
  expect(data?.['items']).toHaveLength(many);
  expect(errors).toMatchObject([{ message: 'sizes are lost', path: ['items'] }]);
});

it('as many inputs may have failed as there are entities', async () => {
  const { run, calls } = localEngine({
    items: {
      sdl: 'type Query { items: [Item] } type Item @key(fields: "id") { id: ID!  size: Int }',
      answer: () => ({
        data: {
          items: Array.from({ length: many }, (_, id) => ({ __typename: 'Item', id: `${id}`, size: null })),
        },
        errors: Array.from({ length: many }, (_, at) => ({ message: 'no', path: ['items', at, 'size'] })),
      }),
    },
    prices: {
      sdl: `type Item @key(fields: "id") { id: ID!  size: Int @external
        price: Int @requires(fields: "size") }`,
    },
  });
  const { errors } = await run('{ items { id price } }');
  expect(errors).toHaveLength(many);
  expect(errors?.[1]).toMatchObject({ message: 'no', path: ['items', 1, 'price'] });
  expect(calls).toHaveLength(1);
});

it('more fields left out than that are no answer', async () => {
  const { run } = localEngine({
    items: {
      sdl: 'type Query { items: [Item]  ok: Int } type Item { id: ID  size: Int }',
      answer: () => ({ data: { items: Array.from({ length: 100_000 }, () => ({})) } }),
    },
  });
  expect(await run('{ items { id size } }')).toEqual({
    data: null,
    errors: [expect.objectContaining({ message: 'Subgraph "items" left out too many fields.' })],
  });
});
