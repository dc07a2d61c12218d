import { describe, expect, it } from 'vitest';
import { localEngine } from './testing/local-supergraph.ts';

type Ref = Record<string, unknown> & { id: string };

describe('an entity', () => {
  it('that occurs often is asked for once, and arrives everywhere', async () => {
    const { run, calls } = localEngine({
      posts: {
        sdl: `type Query { posts: [Post!]! }
          type Post { title: String  author: User  editors: [[User]] }
          type User @key(fields: "id") { id: ID! }`,
        resolvers: {
          Query: {
            posts: () => [
              { title: 'a', author: { id: '1' }, editors: [[{ id: '2' }, null], [{ id: '1' }]] },
              { title: 'b', author: { id: '1' }, editors: null },
              { title: 'c', author: null, editors: [null, [], [{ id: '1' }]] },
            ],
          },
        },
      },
      users: {
        sdl: `type User @key(fields: "id") { id: ID!  profile: Profile }
          type Profile { name: String  friend: User }`,
        resolvers: {
          User: {
            __resolveReference: (given: object) => given,
            profile: ({ id }: Ref) => ({ name: `User ${id}`, friend: { id: id === '1' ? '2' : '1' } }),
          },
        },
      },
    });
    const query = `{ posts { title author { ...U } editors { profile { friend { profile { name } } } } } }
      fragment U on User { id profile { name friend { id } } }`;
    const name1 = { profile: { friend: { profile: { name: 'User 1' } } } };
    const name2 = { profile: { friend: { profile: { name: 'User 2' } } } };
    const author = { id: '1', profile: { name: 'User 1', friend: { id: '2' } } };
    expect(await run(query)).toEqual({
      data: {
        posts: [
          { title: 'a', author, editors: [[name1, null], [name2]] },
          { title: 'b', author, editors: null },
          { title: 'c', author: null, editors: [null, [], [name2]] },
        ],
      },
    });
    const asked = calls.flatMap(({ variables }) => (variables['representations'] as Ref[] | undefined) ?? []);
    expect(calls.map(({ subgraph }) => subgraph)).toEqual(['posts', 'users', 'users']);
    expect(asked.map(({ id }) => id)).toEqual(['1', '2', '1']);
  });

  it('whose key is null is not asked for', async () => {
    const { run, calls } = localEngine({
      books: {
        sdl: `type Query { books: [Book] }
          type Book @key(fields: "isbn") { isbn: ID  shelf: Int }`,
        resolvers: {
          Query: {
            books: () => [
              { isbn: null, shelf: 1 },
              { isbn: 'x', shelf: 2 },
            ],
          },
        },
      },
      titles: {
        sdl: 'type Book @key(fields: "isbn") { isbn: ID  title: String }',
        resolvers: {
          Book: {
            __resolveReference: ({ isbn }: { isbn: string | null }) => {
              if (isbn === null) throw new Error('null cannot be looked up');
              return { isbn, title: `Title of ${isbn}` };
            },
          },
        },
      },
    });
    expect(await run('{ books { shelf title } }')).toEqual({
      data: {
        books: [
          { shelf: 1, title: null },
          { shelf: 2, title: 'Title of x' },
        ],
      },
    });
    expect(calls.at(-1)?.variables['representations']).toEqual([{ __typename: 'Book', isbn: 'x' }]);
  });

  it('that its subgraph does not know leaves its nullable fields null, without an error', async () => {
    const { run } = localEngine({
      books: {
        sdl: 'type Query { book: Book } type Book @key(fields: "id") { id: ID! }',
        resolvers: { Query: { book: () => ({ id: 'corrupted' }) } },
      },
      titles: {
        sdl: 'type Book @key(fields: "id") { id: ID!  title: String }',
        resolvers: { Book: { __resolveReference: () => null } },
      },
    });
    expect(await run('{ book { id title } }')).toEqual({ data: { book: { id: 'corrupted', title: null } } });
  });

  it('is reached through the keys that each subgraph has, nested ones too', async () => {
    const { run, calls } = localEngine({
      a: {
        sdl: `type Query { product: Product }
          type Product @key(fields: "id pid") { id: String!  pid: String!  a: Int }`,
        resolvers: { Query: { product: () => ({ id: '1', pid: 'p1', a: 1 }) } },
      },
      b: {
        sdl: `type Product @key(fields: "id pid") @key(fields: "id category { tag shelf { id } }") {
            id: String!  pid: String!  category: Category }
          type Category @shareable { tag: String!  shelf: Shelf }
          type Shelf @shareable { id: ID! }`,
        resolvers: {
          Product: {
            __resolveReference: ({ id, pid }: Ref) => ({
              id,
              pid,
              category: { tag: `tag of ${id}`, shelf: { id: 's' } },
            }),
          },
        },
      },
      c: {
        sdl: `type Product @key(fields: "id category { tag shelf { id } }") {
            id: String!  category: Category  price: Int }
          type Category @shareable { tag: String!  shelf: Shelf }
          type Shelf @shareable { id: ID! }`,
        resolvers: {
          Product: {
            __resolveReference: (given: {
              id: string;
              category: { tag: string; shelf: { id: string } };
            }) => ({
              ...given,
              price: `${given.category.tag}${given.category.shelf.id}`.length,
            }),
          },
        },
      },
    });
    expect(await run('{ product { a price } }')).toEqual({ data: { product: { a: 1, price: 9 } } });
    expect(calls.at(-1)?.variables).toEqual({
      representations: [
        { __typename: 'Product', id: '1', category: { tag: 'tag of 1', shelf: { id: 's' } } },
      ],
    });
  });

  it('that is a stub elsewhere is resolved where it lives', async () => {
    const { run } = localEngine({
      orders: {
        sdl: `type Query { order: Order }
          type Order { user: User }
          type User @key(fields: "id", resolvable: false) { id: ID! }`,
        resolvers: { Query: { order: () => ({ user: { id: '7' } }) } },
      },
      users: {
        sdl: 'type User @key(fields: "id") { id: ID!  name: String }',
        resolvers: { User: { __resolveReference: ({ id }: Ref) => ({ id, name: `User ${id}` }) } },
      },
    });
    expect(await run('{ order { user { name } } }')).toEqual({
      data: { order: { user: { name: 'User 7' } } },
    });
  });

  it('of the first Federation, extended elsewhere, is joined', async () => {
    const { run } = localEngine({
      users: {
        federation1: true,
        sdl: 'extend type Query { me: User } type User @key(fields: "id") { id: ID!  name: String }',
        resolvers: {
          Query: { me: () => ({ id: '1', name: 'Ada' }) },
          User: { __resolveReference: ({ id }: Ref) => ({ id, name: 'Ada' }) },
        },
      },
      reviews: {
        federation1: true,
        sdl: `extend type Query { latest: User }
          extend type User @key(fields: "id") { id: ID! @external  name: String @external  count: Int
            badge: String @requires(fields: "name") }`,
        resolvers: {
          Query: { latest: () => ({ id: '1' }) },
          User: {
            __resolveReference: (given: object) => given,
            count: () => 3,
            badge: ({ name }: { name: string }) => `${name}!`,
          },
        },
      },
    });
    expect(await run('{ me { name count badge } latest { name badge } }')).toEqual({
      data: { me: { name: 'Ada', count: 3, badge: 'Ada!' }, latest: { name: 'Ada', badge: 'Ada!' } },
    });
  });
});

it('root fields that subgraphs share are merged from what each of them has', async () => {
  const category = (id: string) => ({ id, details: { [id]: `from ${id}` } });
  const subgraph = (id: string) => ({
    sdl: `type Query { category: Category @shareable }
      type Category { id: ID! @shareable  details: Details @shareable }
      type Details { ${id}: String }`,
    resolvers: { Query: { category: () => ({ ...category(id), id: 'same' }) } },
  });
  const { run } = localEngine({ one: subgraph('one'), two: subgraph('two'), three: subgraph('three') });
  expect(await run('{ category { id details { two three one } } }')).toEqual({
    data: {
      category: { id: 'same', details: { two: 'from two', three: 'from three', one: 'from one' } },
    },
  });
});

it('a null from one subgraph takes nothing from an object that others share', async () => {
  const { run } = localEngine({
    one: {
      sdl: 'type Query { it: It @shareable } type It { one: Int }',
      resolvers: { Query: { it: () => ({ one: 1 }) } },
    },
    two: {
      sdl: 'type Query { it: It @shareable } type It { two: Int }',
      resolvers: {
        Query: {
          it: () => {
            throw new Error('down');
          },
        },
      },
    },
  });
  expect(await run('{ it { one two } }')).toMatchObject({
    data: { it: { one: 1, two: null } },
    errors: [{ message: 'down', path: ['it'], extensions: { subgraph: 'two' } }],
  });
});
