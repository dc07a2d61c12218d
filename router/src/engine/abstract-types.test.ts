import { describe, expect, it } from 'vitest';
import { type LocalSubgraph, localEngine } from './testing/local-supergraph.ts';

type Ref = Record<string, unknown> & { id: string; __typename: string };

describe('unions', () => {
  it('that subgraphs see differently keep what each of them gives', async () => {
    const { run } = localEngine({
      a: {
        sdl: `type Query { media: Media  book: Media }
          union Media = Book
          type Book { title: String! @shareable }`,
        resolvers: { Query: { media: () => ({ __typename: 'Book', title: 'B' }), book: () => null } },
      },
      b: {
        sdl: `type Query { film: Media  all: [Media!] }
          union Media = Book | Film
          type Book { title: String! @shareable }
          type Film { title: String! }`,
        resolvers: {
          Query: {
            film: () => ({ __typename: 'Film', title: 'F' }),
            all: () => [
              { __typename: 'Book', title: 'B' },
              { __typename: 'Film', title: 'F' },
            ],
          },
        },
      },
    });
    const fragment = 'fragment M on Media { __typename ... on Book { title } ... on Film { name: title } }';
    expect(await run(`{ media { ...M } book { ...M } film { ...M } all { ...M } } ${fragment}`)).toEqual({
      data: {
        media: { __typename: 'Book', title: 'B' },
        book: null,
        film: { __typename: 'Film', name: 'F' },
        all: [
          { __typename: 'Book', title: 'B' },
          { __typename: 'Film', name: 'F' },
        ],
      },
    });
  });
});

describe('fields of the same name under several types', () => {
  const subgraphs = {
    zoo: {
      sdl: `type Query { animals: [Animal] }
        interface Animal { id: ID! }
        type Cat implements Animal { id: ID!  owner: Person }
        type Dog implements Animal { id: ID!  owner: Person }
        type Person @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: {
          animals: () => [
            { __typename: 'Cat', id: '1', owner: { id: 'ann' } },
            { __typename: 'Dog', id: '2', owner: { id: 'ann' } },
          ],
        },
      },
    },
    people: {
      sdl: 'type Person @key(fields: "id") { id: ID!  name(upper: Boolean!): String }',
      resolvers: {
        Person: {
          __resolveReference: (given: object) => given,
          name: ({ id }: Ref, { upper }: { upper: boolean }) => (upper ? id.toUpperCase() : id),
        },
      },
    },
  };

  it('are fetched apart when their arguments differ', async () => {
    const { run } = localEngine(subgraphs);
    const query = `{ animals {
      ... on Cat { owner { name(upper: true) } }
      ... on Dog { owner { name(upper: false) } }
    } }`;
    expect(await run(query)).toEqual({
      data: { animals: [{ owner: { name: 'ANN' } }, { owner: { name: 'ann' } }] },
    });
  });

  it('that one subgraph cannot merge get their names back, zeros and errors too', async () => {
    const { run, calls } = localEngine({
      // Here a cat's age is never null, so that it does not merge with a dog's; in the API both may be null.
      zoo: {
        sdl: `type Query { pets: [Pet] }
          union Pet = Cat | Dog | Hamster
          type Cat { age: Int! @shareable }
          type Dog { age: Int }
          type Hamster { age: Int }`,
        resolvers: {
          Query: {
            pets: () => [
              { __typename: 'Cat', age: 0 },
              { __typename: 'Dog', age: 0 },
              { __typename: 'Hamster', age: new Error('unknown') },
            ],
          },
        },
      },
      ages: { sdl: 'type Query { cat: Cat } type Cat { age: Int @shareable }' },
    });
    const query = '{ pets { ... on Cat { age } ... on Dog { age } ... on Hamster { age } } }';
    const { data, errors } = await run(query);
    expect(calls[0]?.query).toContain('__alias_');
    expect(data).toEqual({ pets: [{ age: 0 }, { age: 0 }, { age: null }] });
    expect(errors).toMatchObject([{ message: 'unknown', path: ['pets', 2, 'age'] }]);
  });
});

describe('an object of a type that clients may not see', () => {
  const { run } = localEngine({
    a: {
      sdl: `type Query { all: [Thing]  one: Thing!  first: Named }
        union Thing = Open | Secret
        interface Named { name: String }
        type Open implements Named { name: String }
        type Secret implements Named @inaccessible { name: String }`,
      resolvers: {
        Query: {
          all: () => [
            { __typename: 'Open', name: 'o' },
            { __typename: 'Secret', name: 's' },
          ],
          one: () => ({ __typename: 'Secret' }),
          first: () => ({ __typename: 'Secret', name: 's' }),
        },
      },
    },
  });

  it('is null, with an error that does not name it', async () => {
    const { data, errors } = await run('{ all { __typename ... on Open { name } } first { name } }');
    expect(data).toEqual({ all: [{ __typename: 'Open', name: 'o' }, null], first: null });
    expect(errors?.map(({ path }) => path)).toEqual([['all', 1], ['first']]);
    expect(JSON.stringify(errors)).not.toContain('Secret');
  });

  it('takes its parents along where null is not allowed', async () => {
    const { data, errors } = await run('{ one { __typename } }');
    expect(data).toBeNull();
    expect(errors).toHaveLength(1);
  });
});

describe('@interfaceObject', () => {
  const media: Record<string, string> = { 1: 'Book', 2: 'Film' };
  const subgraphs: Record<string, LocalSubgraph> = {
    library: {
      sdl: `type Query { media: [Media]  book: Book }
        interface Node { id: ID! }
        interface Media @key(fields: "id") { id: ID!  title: String }
        type Book implements Media & Node @key(fields: "id") { id: ID!  title: String  pages: Int }
        type Film implements Media @key(fields: "id") { id: ID!  title: String  minutes: Int }`,
      resolvers: {
        Query: {
          media: () => [
            { __typename: 'Book', id: '1', title: 'B', pages: 9 },
            { __typename: 'Film', id: '2', title: 'F', minutes: 8 },
          ],
          book: () => ({ id: '1', title: 'B', pages: 9 }),
        },
        Media: {
          __resolveReference: ({ id }: Ref) => ({
            __typename: media[id],
            id,
            title: `T${id}`,
            minutes: 8,
          }),
        },
        Book: { __resolveReference: ({ id }: Ref) => ({ id, title: `T${id}`, pages: 9 }) },
        Film: { __resolveReference: ({ id }: Ref) => ({ id, title: `T${id}`, minutes: 8 }) },
      },
    },
    reviews: {
      sdl: `type Query { reviewed: [Media] }
        type Media @key(fields: "id") @interfaceObject {
          id: ID!  stars: Int  similar: [Media]  title: String @external  headline: String @requires(fields: "title") }`,
      resolvers: {
        Query: { reviewed: () => [{ id: '2' }, { id: '1' }] },
        Media: {
          __resolveReference: (given: object) => given,
          stars: ({ id }: Ref) => Number(id) * 2,
          similar: ({ id }: Ref) => (id === '1' ? [{ id: '2' }, null] : []),
          headline: ({ title }: { title: string }) => `On ${title}`,
        },
      },
    },
  };

  it('adds fields to every type of the interface', async () => {
    const { run } = localEngine(subgraphs);
    const query =
      '{ media { __typename stars headline ... on Book { pages similar { stars } } } book { stars } }';
    expect(await run(query)).toEqual({
      data: {
        media: [
          { __typename: 'Book', stars: 2, headline: 'On B', pages: 9, similar: [{ stars: 4 }, null] },
          { __typename: 'Film', stars: 4, headline: 'On F' },
        ],
        book: { stars: 2 },
      },
    });
  });

  it('starts from its own fields without asking for types that nobody wants to know', async () => {
    const { run, calls } = localEngine(subgraphs);
    expect(await run('{ reviewed { id stars } }')).toEqual({
      data: {
        reviewed: [
          { id: '2', stars: 4 },
          { id: '1', stars: 2 },
        ],
      },
    });
    expect(calls.map(({ subgraph }) => subgraph)).toEqual(['reviews']);
  });

  it('finds types out for fragments, `__typename` under any alias, and required fields', async () => {
    const { run } = localEngine(subgraphs);
    const query = `{ reviewed { kind: __typename headline
      ... on Film { minutes __typename similar { id } } ... on Book { title similar { __typename id } } } }`;
    expect(await run(query)).toEqual({
      data: {
        reviewed: [
          { kind: 'Film', headline: 'On T2', minutes: 8, __typename: 'Film', similar: [] },
          { kind: 'Book', headline: 'On T1', title: 'T1', similar: [{ __typename: 'Film', id: '2' }, null] },
        ],
      },
    });
  });

  it('follows fragments on another interface that only some of the types have', async () => {
    const { run } = localEngine(subgraphs);
    const query = `query ($yes: Boolean!) { reviewed { stars ...N @include(if: $yes) ... on Film { ... on Media { minutes: title } } } }
      fragment N on Node { id __typename ... on Book { ... on Node { again: id } } }`;
    expect(await run(query, { yes: true })).toEqual({
      data: {
        reviewed: [
          { stars: 4, minutes: 'T2' },
          { stars: 2, id: '1', __typename: 'Book', again: '1' },
        ],
      },
    });
    expect(await run(query, { yes: false })).toEqual({
      data: { reviewed: [{ stars: 4, minutes: 'T2' }, { stars: 2 }] },
    });
  });

  it('misses no key that was not asked for, by the variables', async () => {
    const { run } = localEngine(subgraphs);
    const some = `query ($yes: Boolean!, $no: Boolean!) { reviewed { ...F id } } fragment F on Media
      { ... on Media @include(if: $no) { ... on Book @include(if: $yes) { id } } ... on Media @skip(if: $yes) { __typename } }`;
    expect((await run(some, { yes: true, no: false })).errors).toBeUndefined();
    const stars = `query ($no: Boolean!) { media { ... on Book { __typename stars }
      ... on Media { ... on Media @include(if: $no) { stars } __typename } } }`;
    expect(await run(stars, { no: false })).toEqual({
      data: { media: [{ __typename: 'Book', stars: 2 }, { __typename: 'Film' }] },
    });
  });

  it('gives null, explained once, where the type cannot be found out', async () => {
    const { library, reviews } = subgraphs as { library: LocalSubgraph; reviews: LocalSubgraph };
    const { run } = localEngine({
      library: { ...library, answer: () => ({ errors: [{ message: 'down' }] }) },
      reviews,
    });
    expect(await run('{ reviewed { id __typename } }')).toEqual({
      data: { reviewed: [null, null] },
      errors: [
        {
          message: 'down',
          path: ['reviewed'],
          extensions: { code: 'INTERNAL_SERVER_ERROR', subgraph: 'library', retryable: false },
        },
      ],
    });
    expect((await run('{ reviewed { ... on Film { stars } } }')).data).toEqual({ reviewed: [null, null] });
  });
});

it('fragments on interfaces that a type has only in the API select as everywhere', async () => {
  const { run } = localEngine({
    a: {
      sdl: `type Query { item: Item }
        interface Node { id: ID! }
        interface Priced { price: Int }
        type Item implements Node & Priced @key(fields: "id") { id: ID!  price: Int }`,
      resolvers: { Query: { item: () => ({ id: '1', price: 2 }) } },
    },
  });
  const query =
    '{ item { ... on Priced { price ... on Node { __typename ... on Item { again: price } } } ... { id } } }';
  expect(await run(query)).toEqual({
    data: { item: { price: 2, __typename: 'Item', again: 2, id: '1' } },
  });
});
