import { describe, expect, it } from 'vitest';
import { context, localEngine } from './testing/local-supergraph.ts';
import { textOf } from './testing/text-of.ts';

describe('a value of the wrong kind', () => {
  const types = `type Query { it: It  must: Must  list: [Int!]  nested: [[Int!]!]!  ok: Int }
    type It { int: Int  float: Float  text: String  flag: Boolean  id: ID  enum: Enum  object: It  ints: [Int]  any: Any }
    type Must { int: Int!  deep: Must }
    enum Enum { A B }  scalar Any`;
  const engineFor = (data: unknown) => localEngine({ a: { sdl: types, answer: () => ({ data }) } });

  it.each([
    ['int', ['1', 1.5, 2 ** 31, true, {}, [1]]],
    ['float', ['1', Number.NaN, true]],
    ['text', [1, true, {}]],
    ['flag', ['true', 0]],
    ['id', [1.5, true, {}]],
    ['enum', ['C', 1, '__proto__', 'constructor']],
  ])('for %s is null, with an error that does not repeat it', async (field, values) => {
    for (const value of values) {
      const { data, errors } = await engineFor({ it: { [field]: value } }).run(`{ it { ${field} } }`);
      expect(data, String(value)).toEqual({ it: { [field]: null } });
      expect(errors).toHaveLength(1);
      expect(errors?.[0]?.path).toEqual(['it', field]);
    }
  });

  it('for an object or a list is null', async () => {
    const { run } = engineFor({ it: { object: 'x', ints: 7 }, must: [] });
    const { data, errors } = await run('{ it { object { int } ints } must { int } }');
    expect(data).toEqual({ it: { object: null, ints: null }, must: null });
    expect(errors?.map(({ path }) => path)).toEqual([['it', 'object'], ['it', 'ints'], ['must']]);
  });

  it('is kept when it is right', async () => {
    const it = {
      int: 0,
      float: 1,
      text: '',
      flag: false,
      id: 5,
      enum: 'B',
      ints: [null, 0],
      any: { a: [1] },
    };
    const { run } = engineFor({ it });
    expect(await run('{ it { int float text flag id enum ints any } }')).toEqual({
      data: { it: { ...it, id: '5' } },
    });
  });
});

describe('null where it is not allowed', () => {
  const sdl = `type Query { must: Must  list: [Int!]  nested: [[Int!]!]!  all: [Must!]  ok: Int }
    type Must { int: Int!  deep: Must!  maybe: Must }`;
  const engineFor = (answer: unknown) => localEngine({ a: { sdl, answer: () => answer } });

  it('takes the nearest parent that may be null, with one error at its place', async () => {
    const { run } = engineFor({
      data: {
        ok: 1,
        must: { int: 1, maybe: { int: 2, deep: { int: null } } },
        list: [1, null],
        all: [{ int: 1 }, null],
      },
    });
    const { data, errors } = await run('{ ok must { int maybe { int deep { int } } } list all { int } }');
    expect(data).toEqual({ ok: 1, must: { int: 1, maybe: null }, list: null, all: null });
    expect(errors).toEqual(
      [
        ['must', 'maybe', 'deep', 'int'],
        ['list', 1],
        ['all', 1],
      ].map((path) => ({
        message: expect.stringContaining('Cannot return null for non-nullable field'),
        path,
        extensions: { code: 'INTERNAL_SERVER_ERROR', retryable: false, subgraph: 'a' },
      })),
    );
  });

  it('takes everything when no parent may be', async () => {
    const { run } = engineFor({ data: { nested: [[1], [2, null]], ok: 1 } });
    expect(await run('{ ok nested }')).toMatchObject({ data: null, errors: [{ path: ['nested', 1, 1] }] });
  });

  it('is not reported twice when the subgraph has done so, there or below', async () => {
    const error = { message: 'boom', path: ['must', 'deep', 'int'] };
    const { run } = engineFor({ data: { must: { int: 1, deep: null } }, errors: [error] });
    const { data, errors } = await run('{ must { int deep { int } } }');
    expect(data).toEqual({ must: null });
    expect(errors).toMatchObject([error]);
    expect(errors).toHaveLength(1);
  });
});

describe('a nullable field that is left out', () => {
  const leftOut = (subgraph: string, field: string, ...path: (string | number)[]) => ({
    message: `Subgraph "${subgraph}" left out ${field}.`,
    path,
    extensions: { code: 'SUBGRAPH_MALFORMED_RESPONSE', retryable: false, subgraph },
  });
  const books = (books: unknown, entities: unknown = [], errors?: unknown) =>
    localEngine({
      shelves: {
        sdl: 'type Query { books: [Book]  box: String } type Book @key(fields: "id") { id: ID  shelf: Int }',
        answer: () => ({ data: { books, box: null } }),
      },
      titles: {
        sdl: 'type Book @key(fields: "id") { id: ID  title: String  pages: Int }',
        answer: () => ({ data: { _entities: entities }, ...(errors !== undefined && { errors }) }),
      },
    });
  const book = (fields: object) => ({ __typename: 'Book', id: 'a', shelf: 1, ...fields });
  const query = '{ books { shelf title pages } box }';

  it('is null, and an error says which and by whom, as text too', async () => {
    const { run, engine } = books([{ __typename: 'Book', id: 'a' }], [{ title: 'A' }]);
    const expected = {
      errors: [
        leftOut('shelves', 'Book.shelf', 'books', 0, 'shelf'),
        leftOut('titles', 'Book.pages', 'books', 0, 'pages'),
      ],
      data: { books: [{ shelf: null, title: 'A', pages: null }], box: null },
    };
    expect(await run(query)).toEqual(expected);
    const prepared = engine.prepare(query);
    if ('errors' in prepared || prepared.operation.kind === 'subscription') throw new Error('it is a query');
    expect(JSON.parse(textOf(await prepared.operation.executeText(undefined, context)))).toEqual(expected);
  });

  it('is null without an error where the subgraph does not know the entity', async () => {
    expect(await books([book({})], [null]).run(query)).toEqual({
      data: { books: [{ shelf: 1, title: null, pages: null }], box: null },
    });
  });

  it('is null without an error where the key is null', async () => {
    expect(await books([book({ id: null })]).run(query)).toEqual({
      data: { books: [{ shelf: 1, title: null, pages: null }], box: null },
    });
  });

  it('is told once where the subgraph says itself why', async () => {
    const failure = { message: 'no pages', path: ['_entities', 0, 'pages'] };
    const { errors } = await books([book({})], [{ title: 'A' }], [failure]).run(query);
    expect(errors).toMatchObject([{ message: 'no pages', path: ['books', 0, 'pages'] }]);
  });

  it('is told once where the subgraph says why of the entity', async () => {
    const failure = { message: 'half of it is lost', path: ['_entities', 0] };
    const { errors } = await books([book({})], [{ title: 'A' }], [failure]).run(query);
    expect(errors).toMatchObject([{ message: 'half of it is lost', path: ['books', 0] }]);
  });
});
