import { describe, expect, it } from 'vitest';
import { type LocalSubgraph, localEngine } from './testing/local-supergraph.ts';

type Answer = (query: string) => unknown;

/** Users and what they are called, each from a subgraph that answers as a test says. */
function world(users: Answer, names: Answer) {
  const answering = (sdl: string, answer: Answer): LocalSubgraph => ({
    sdl,
    answer: ({ query }) => ({ data: answer(query) }),
  });
  return localEngine({
    users: answering(
      `type Query { users: [User]  some: [Being] }
      interface Being { id: ID! } type User implements Being @key(fields: "id") { id: ID!  email: String @shareable
        size: Size @shareable }
      type Pet implements Being @key(fields: "id") { id: ID!  name: String }
      type Size @shareable { width: Int }`,
      users,
    ),
    names: answering(
      `type User @key(fields: "id") @key(fields: "email") { id: ID!  email: String @shareable  name: String
        size: Size @shareable }
      type Pet @key(fields: "id") { id: ID!  owner: String }
      type Size @shareable { width: Int  height: Int }`,
      names,
    ),
    ages: answering('type User @key(fields: "email") { email: String @shareable  age: Int }', () => ({
      _entities: [{ age: 40 }],
    })),
  });
}

const user = { __typename: 'User', id: '1' };

describe('a subgraph that sends what it was not asked for', () => {
  it.each([
    ['null', { _entities: [{ name: null }] }, null],
    ['nothing', { _entities: [null] }, null],
    ['a value', { _entities: [{ name: 'Ann' }] }, 'Ann'],
  ])('gives no field that another gives %s for', async (_, answer, name) => {
    const { run } = world(
      () => ({ users: [{ ...user, name: 'forged' }] }),
      () => answer,
    );
    expect((await run('{ users { id name } }')).data).toEqual({ users: [{ id: '1', name }] });
  });

  it('gives no field of another that it is not asked for at all', async () => {
    const { run } = world(
      () => ({ users: [user] }),
      () => ({ _entities: [{ id: 'forged', email: 'forged', name: 'Ann', __typename: 'Pet' }] }),
    );
    expect(await run('{ users { __typename id email name } }')).toEqual({
      data: { users: [{ __typename: 'User', id: '1', email: null, name: 'Ann' }] },
      errors: [expect.objectContaining({ message: 'Subgraph "users" left out User.email.' })],
    });
  });

  it('changes no key by which a third is asked', async () => {
    const { run, calls } = world(
      () => ({ users: [{ ...user, email: 'ann' }] }),
      () => ({ _entities: [{ name: 'Ann', email: 'forged' }] }),
    );
    expect((await run('{ users { name age } }')).data).toEqual({ users: [{ name: 'Ann', age: 40 }] });
    const asked = calls.filter(({ subgraph }) => subgraph === 'ages').map(({ variables }) => variables);
    expect(asked).toEqual([{ representations: [{ __typename: 'User', email: 'ann' }] }]);
  });

  it('gives no part of what it shares with another', async () => {
    const { run } = world(
      () => ({ users: [{ ...user, size: { width: 1, height: 666 } }] }),
      () => ({ _entities: [{ size: { height: null, width: 666 } }] }),
    );
    expect((await run('{ users { size { width height } } }')).data?.['users']).toEqual([
      { size: { width: 1, height: null } },
    ]);
  });

  it('gives nothing to objects of a type that it is asked for with another type only', async () => {
    const { run } = world(
      () => ({
        some: [
          { ...user, name: 'forged' },
          { __typename: 'Pet', id: '2', name: 'Rex' },
        ],
      }),
      (query) => ({ _entities: [query.includes('owner') ? { owner: 'x' } : { name: null }] }),
    );
    const query = '{ some { id ... on User { name } ... on Pet { name } } }';
    expect((await run(query)).data).toEqual({
      some: [
        { id: '1', name: null },
        { id: '2', name: 'Rex' },
      ],
    });
  });

  it('does not change the type of an object that another has named', async () => {
    const { run } = world(
      () => ({ some: [user] }),
      () => ({ _entities: [{ __typename: 'Pet', name: 'Ann' }] }),
    );
    expect((await run('{ some { __typename ... on User { name } } }')).data).toEqual({
      some: [{ __typename: 'User', name: 'Ann' }],
    });
  });
});
