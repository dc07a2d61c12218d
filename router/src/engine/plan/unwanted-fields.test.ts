import { beforeEach, expect, it } from 'vitest';
import { localEngine } from '../testing/local-supergraph.ts';

const media = [
  { __typename: 'Book', id: '1', title: 'B' },
  { __typename: 'Film', id: '2', title: 'F' },
];

/** To `scores`, Media is an object: it does not know which are books. */
const { run, calls } = localEngine({
  media: {
    sdl: `type Query { media: [Media] }
      interface Media @key(fields: "id") { id: ID!  title: String }
      type Book implements Media @key(fields: "id") { id: ID!  title: String }
      type Film implements Media @key(fields: "id") { id: ID!  title: String }`,
    resolvers: {
      Query: { media: () => media },
      Media: { __resolveReference: ({ id }: { id: string }) => media[Number(id) - 1] },
    },
  },
  scores: {
    sdl: `type Query { best: Media }
      type Media @key(fields: "id") @interfaceObject { id: ID!  score: Int! title: String @external
        blurb: String @requires(fields: "title")  parts: [Part] }
      type Part { n: Int }`,
    resolvers: {
      Query: { best: () => ({ id: '1' }) },
      Media: {
        __resolveReference: (given: object) => given,
        score({ id }: { id: string }) {
          if (id === '1') throw new Error('books have no score');
          return Number(id);
        },
        parts() {
          throw new Error('no parts');
        },
        blurb: ({ title }: { title: string }) => `blurb of ${title}`,
      },
    },
  },
});
beforeEach(() => {
  calls.length = 0;
});

it('keeps the name that one type gives to another field', async () => {
  const book = '... on Book { ... on Media { ... on Book { x: title id } } a: id }';
  expect(await run(`{ best { ${book} ... on Film { x: blurb } } }`)).toEqual({
    data: { best: { x: 'B', id: '1', a: '1' } },
  });
});

it('asks nothing of a type that the operation does not, so that nothing fails for it', async () => {
  expect(await run('{ best { blurb ... on Film { score } } }')).toEqual({
    data: { best: { blurb: 'blurb of B' } },
  });
  expect(await run('{ media { blurb ... on Film { score } } }')).toEqual({
    data: { media: [{ blurb: 'blurb of B' }, { blurb: 'blurb of F', score: 2 }] },
  });
  const asked = calls.filter(({ query }) => query.includes('score'));
  expect(asked.map(({ variables }) => variables['representations'])).toEqual([
    [expect.objectContaining({ id: '2' })],
  ]);
});

it('asks nothing of a type that the variables leave to another', async () => {
  const query = 'query ($all: Boolean!) { media { blurb score @include(if: $all) ... on Film { score } } }';
  const books = { blurb: 'blurb of B' };
  expect(await run(query, { all: false })).toEqual({
    data: { media: [books, { blurb: 'blurb of F', score: 2 }] },
  });
  const { data, errors } = await run(query, { all: true });
  expect(data).toEqual({ media: [null, { blurb: 'blurb of F', score: 2 }] });
  expect(errors).toMatchObject([{ message: 'books have no score', path: ['media', 0, 'score'] }]);
});

it('tells a failure once, however many fetches meet it', async () => {
  const { errors } = await run('{ best { p: parts { n } ... on Book { p: parts { n } } } }');
  expect(errors).toHaveLength(1);
  expect(errors).toMatchObject([{ message: 'no parts', path: ['best', 'p'] }]);
});
