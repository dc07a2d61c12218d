import { describe, expect, it } from 'vitest';
import { type LocalSubgraph, localEngine } from '../testing/local-supergraph.ts';

type Data = Record<string, unknown>;
const book = (fields: Data) => ({ __typename: 'Book', ...fields });
const given = { __resolveReference: (ref: object) => ref };

/** Shelves know of books, codes gives the key by which titles and prices know them. */
function library({ books, codes, errors }: { books: readonly unknown[]; codes?: unknown; errors?: unknown }) {
  return localEngine({
    shelves: {
      sdl: `type Query { books: [Book] } type Box @shareable { label: String }
        type Book @key(fields: "id") @key(fields: "isbn") @key(fields: "box { label }") {
          id: ID!  isbn: ID  box: Box  shelf: Int }`,
      answer: () => ({ data: { books }, ...(codes === undefined && { errors }) }),
    },
    titles: {
      sdl: 'type Book @key(fields: "isbn") { isbn: ID  title: String  pages: Int }',
      resolvers: {
        Book: { ...given, title: ({ isbn }: { isbn: string }) => `Title of ${isbn}`, pages: () => 7 },
      },
    },
    labels: {
      sdl: 'type Book @key(fields: "box { label }") { box: Box @shareable  colour: String } type Box @shareable { label: String }',
      resolvers: { Book: { ...given, colour: () => 'red' } },
    },
    codes: {
      sdl: 'type Book @key(fields: "id") { id: ID!  code: Code } type Code @key(fields: "value") { value: ID }',
      answer: () => ({ data: { _entities: codes }, errors }),
    },
    meanings: {
      sdl: 'type Code @key(fields: "value") { value: ID  meaning: String }',
      resolvers: { Code: { ...given, meaning: () => 'a meaning' } },
    },
  });
}

const mistake = (subgraph: string, what: string, ...path: (string | number)[]) => ({
  message: `Subgraph "${subgraph}" ${what}, which this field needs`,
  path,
  extensions: { code: 'SUBGRAPH_MALFORMED_RESPONSE', retryable: false, subgraph },
});

describe('a key', () => {
  const answered = (first: Data) => ({
    data: {
      books: [
        { shelf: 1, ...first },
        { shelf: 2, title: 'Title of b', p: 7 },
      ],
    },
  });
  const query = '{ books { shelf title p: pages } }';
  const ask = (first: Data, errors?: unknown) =>
    library({ books: [book({ shelf: 1, ...first }), book({ isbn: 'b', shelf: 2 })], errors }).run(query);

  it('that is left out is told at each field that needed it', async () => {
    expect(await ask({})).toEqual({
      ...answered({ title: null, p: null }),
      errors: [
        mistake('shelves', 'left out "isbn"', 'books', 0, 'title'),
        mistake('shelves', 'left out "isbn"', 'books', 0, 'p'),
      ],
    });
  });

  it('that is null, as it may be, loses nothing: no other subgraph knows the entity', async () => {
    expect(await ask({ isbn: null })).toEqual(answered({ title: null, p: null }));
  });

  it('that failed is told at the fields that needed it, as it failed', async () => {
    const failure = { message: 'no code', extensions: { code: 'BROKEN', retryable: true } };
    const { data, errors } = await ask({ isbn: null }, [{ ...failure, path: ['books', 0, 'isbn'] }]);
    expect({ data }).toEqual(answered({ title: null, p: null }));
    const extensions = { code: 'BROKEN', retryable: true, subgraph: 'shelves' };
    expect(errors).toEqual([
      { message: 'no code', path: ['books', 0, 'title'], extensions },
      { message: 'no code', path: ['books', 0, 'p'], extensions },
    ]);
  });

  it.each([
    ['the name of its type', { __typename: undefined }, 'left out "__typename"'],
    ['a type that there is', { __typename: 'Nonsense' }, 'gave no type that there is as "__typename"'],
  ])('without %s is told, too', async (_, type, what) => {
    const { data, errors } = await ask({ isbn: 'a', ...type });
    expect({ data }).toEqual(answered({ title: null, p: null }));
    expect(errors).toEqual([
      mistake('shelves', what, 'books', 0, 'title'),
      mistake('shelves', what, 'books', 0, 'p'),
    ]);
  });

  it('is not told where the variables leave out what needed it', async () => {
    const { run } = library({ books: [book({ shelf: 1 })] });
    const some = 'query ($no: Boolean!) { books { shelf title @include(if: $no) pages } }';
    expect(await run(some, { no: false })).toEqual({
      data: { books: [{ shelf: 1, pages: null }] },
      errors: [mistake('shelves', 'left out "isbn"', 'books', 0, 'pages')],
    });
  });

  it.each([
    [{ box: {} }, [mistake('shelves', 'left out "box.label"', 'books', 0, 'colour')]],
    [{ box: 'x' }, [mistake('shelves', 'left out "box"', 'books', 0, 'colour')]],
    [{ box: null }, undefined],
    [{ box: { label: 'l' } }, undefined],
  ])('within an object: %j', async (fields, errors) => {
    const { run } = library({ books: [book(fields)] });
    expect((await run('{ books { colour } }')).errors).toEqual(errors);
  });
});

it('a key that may not be null and is, though nobody selects it, is told', async () => {
  const { run } = library({ books: [book({ id: null, shelf: 1 })], codes: [] });
  expect(await run('{ books { shelf code { value } } }')).toEqual({
    data: { books: [{ shelf: 1, code: null }] },
    errors: [mistake('shelves', 'gave a null that may not be for "id"', 'books', 0, 'code')],
  });
});

describe('a key of which another subgraph is asked', () => {
  const ask = (codes: unknown, errors?: unknown) =>
    library({ books: [book({ id: '1' })], codes, errors }).run('{ books { code { meaning } } }');

  it('is told as the mistake of that one', async () => {
    expect(await ask([{ code: { __typename: 'Code' } }])).toEqual({
      data: { books: [{ code: { meaning: null } }] },
      errors: [mistake('codes', 'left out "value"', 'books', 0, 'code', 'meaning')],
    });
  });

  it('loses nothing where that one does not know the entity', async () => {
    expect(await ask([null])).toEqual({ data: { books: [{ code: null }] } });
  });

  it.each([['text'], [3], [[]]])('is told once when that one answers with no entity, %j', async (entity) => {
    expect(await ask([entity])).toMatchObject({
      data: { books: [{ code: null }] },
      errors: [
        {
          message: 'Subgraph "codes" answered with an entity that is no object',
          path: ['books', 0],
          extensions: { code: 'SUBGRAPH_MALFORMED_RESPONSE', subgraph: 'codes' },
        },
      ],
    });
  });
});

/** An item, its key and sizes each from another subgraph, and what is computed from them. */
function shop(keys: unknown, sizes: unknown, errors?: unknown) {
  const answering = (sdl: string, entities: unknown): LocalSubgraph => ({
    sdl,
    answer: () => ({ data: { _entities: entities }, ...(entities === sizes && { errors }) }),
  });
  return localEngine({
    items: {
      sdl: 'type Query { item: Item } type Item @key(fields: "id") { id: ID! }',
      resolvers: { Query: { item: () => ({ id: '1' }) } },
    },
    keys: answering('type Item @key(fields: "id") @key(fields: "sku") { id: ID!  sku: ID }', keys),
    sizes: answering(
      'type Item @key(fields: "sku") { sku: ID  box: Box } type Box @shareable { size: Int  deep: Any } scalar Any',
      sizes,
    ),
    prices: {
      sdl: `type Item @key(fields: "sku") { sku: ID  box: Box @external
          fit: String @requires(fields: "box { size }")  deep: String @requires(fields: "box { deep }")  tax: Int }
        type Box @shareable { size: Int  deep: Any } scalar Any`,
      resolvers: {
        Item: {
          ...given,
          tax: () => 5,
          fit: ({ box }: { box: { size: number } | null }) => `fits ${box?.size ?? 'all'}`,
        },
      },
    },
  });
}

describe('an input of a @requires', () => {
  const key = [{ __typename: 'Item', sku: 's' }];
  const lost = (...errors: unknown[]) => ({ data: { item: { f: null, tax: 5 } }, errors });
  const query = '{ item { f: fit tax } }';

  it('that is left out, however deep, is told at the field that needed it', async () => {
    expect(await shop(key, [{ box: {} }]).run(query)).toEqual(
      lost(mistake('sizes', 'left out "box.size"', 'item', 'f')),
    );
    expect(await shop(key, [{}]).run(query)).toEqual(lost(mistake('sizes', 'left out "box"', 'item', 'f')));
  });

  it('that is nested without end is told there, too', async () => {
    const deep = JSON.parse(`${'['.repeat(200)}${']'.repeat(200)}`);
    expect(await shop(key, [{ box: { deep } }]).run('{ item { f: deep tax } }')).toEqual(
      lost(mistake('sizes', 'gave what is nested too deep for "box.deep"', 'item', 'f')),
    );
  });

  it('that is null is an input like any other', async () => {
    expect(await shop(key, [{ box: null }]).run(query)).toEqual({
      data: { item: { f: 'fits all', tax: 5 } },
    });
  });

  it('of an entity that its subgraph does not know loses nothing', async () => {
    expect(await shop(key, [null]).run(query)).toEqual({ data: { item: { f: null, tax: 5 } } });
  });

  it('is not told where the variables leave the field out', async () => {
    const some = 'query ($no: Boolean!) { item { fit @include(if: $no) tax } }';
    expect(await shop(key, [{}]).run(some, { no: false })).toEqual({ data: { item: { tax: 5 } } });
  });

  it('that cannot be asked for, because a key of the way to it is left out, is told as that', async () => {
    const { data, errors } = await shop([{ __typename: 'Item' }], []).run(query);
    expect(data).toEqual({ item: { f: null, tax: null } });
    expect(errors).toHaveLength(2);
    expect(errors).toEqual(
      expect.arrayContaining([
        mistake('keys', 'left out "sku"', 'item', 'f'),
        mistake('keys', 'left out "sku"', 'item', 'tax'),
      ]),
    );
  });
});
