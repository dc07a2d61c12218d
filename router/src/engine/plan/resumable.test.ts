import { describe, expect, it } from 'vitest';
import { context, localEngine, subscription } from '../testing/local-supergraph.ts';

const { engine } = localEngine({
  log: {
    sdl: `type Query { ok: Int }
      type Subscription {
        logged(after: String, kind: String): Logged
        abstract(after: String): Cursored
        borrowed(after: String): Borrowed
        listed(after: String): [Logged!]
        ended(before: String): Logged
        strict(after: String!): Logged
        loose(after: String): Loose
      }
      interface Cursored { cursor: String! }
      type Logged implements Cursored { cursor: String!  item: Item }
      type Loose { cursor: String }
      type Borrowed @key(fields: "id") { id: ID! }
      type Item @key(fields: "id") { id: ID! }`,
  },
  names: {
    sdl: `type Item @key(fields: "id") { id: ID!  name: String }
      type Borrowed @key(fields: "id") { id: ID!  cursor: String! }`,
    resolvers: {
      Item: {
        __resolveReference: (given: object) => given,
        name: ({ id }: { id: string }) => `Item ${id}`,
      },
    },
  },
});

const sourceOf = (query: string, variables: Record<string, unknown> = {}) => {
  const prepared = subscription(engine, query);
  const coerced = prepared.coerce(variables);
  if ('errors' in coerced) throw new Error(JSON.stringify(coerced.errors));
  return prepared.source(coerced.variables);
};

describe('a stream with cursors', () => {
  it.each([
    ['says nothing', 'subscription { logged { item { id } } }', {}, undefined, {}],
    ['writes it down', 'subscription { logged(after: "c1") { item { id } } }', {}, 'c1', {}],
    ['writes null', 'subscription { logged(after: null) { item { id } } }', {}, undefined, {}],
    [
      'has a variable for it',
      'subscription ($a: String) { logged(after: $a) { item { id } } }',
      { a: 'c2' },
      'c2',
      {},
    ],
    [
      'leaves the variable out',
      'subscription ($a: String) { logged(after: $a) { item { id } } }',
      {},
      undefined,
      {},
    ],
    [
      'uses the variable elsewhere too',
      'subscription ($a: String) { logged(after: $a, kind: $a) { item { id } } }',
      { a: 'c3' },
      'c3',
      { a: 'c3' },
    ],
    [
      'writes a fragment',
      'subscription ($a: String) { ...F } fragment F on Subscription { logged(after: $a) { item { id } } }',
      { a: 'c4' },
      'c4',
      {},
    ],
  ])('begins where the client wants who %s', (_how, query, variables, initial, passed) => {
    const source = sourceOf(query, variables);
    expect(source.resume).toMatchObject({ variable: '__after', initial });
    expect(source.query).toContain('$__after:String');
    expect(source.query).toContain('after:$__after');
    expect(source.query).toContain('__cursor:cursor');
    expect(source.variables).toEqual(passed);
    expect(source.shared).toEqual(passed);
    for (const name of Object.keys(variables))
      expect(source.query.includes(`$${name}:`)).toBe(Object.hasOwn(passed, name));
  });

  it('has its cursor read by a name that no client uses', () => {
    const { query, resume } = sourceOf(
      'subscription ($__after: String) { it: logged(kind: $__after) { __cursor: cursor } }',
      { __after: 'x' },
    );
    expect(resume?.variable).toBe('__after_');
    expect(query).toContain('__cursor_:cursor');
    expect(resume?.cursorOf({ data: { it: { __cursor_: 'c9' } } })).toBe('c9');
    for (const data of [null, { it: null }, { it: { __cursor_: 7 } }, {}])
      expect(resume?.cursorOf({ data })).toBeUndefined();
  });

  it('may be of an interface', () => {
    const { query, resume } = sourceOf('subscription { abstract { ... on Logged { item { id } } } }');
    expect(resume?.cursorOf({ data: { abstract: { __cursor: 'c1' } } })).toBe('c1');
    expect(query).toContain('__cursor:cursor');
  });

  it('shows clients nothing that they did not ask for', async () => {
    const { join } = subscription(engine, 'subscription { logged { item { name } } }');
    const event = { data: { logged: { __cursor: 'c1', item: { __typename: 'Item', id: '1' } } } };
    expect(await join(event, {}, context)).toEqual({ data: { logged: { item: { name: 'Item 1' } } } });
  });
});

it.each([
  ['whose cursor another subgraph gives', 'subscription { borrowed { id } }'],
  ['of lists', 'subscription { listed { cursor } }'],
  ['without `after`', 'subscription { ended { cursor } }'],
  ['that cannot begin now', 'subscription { strict(after: "c1") { cursor } }'],
  ['whose cursor may be null', 'subscription { loose { cursor } }'],
])('a stream %s is as it was written', (_what, query) => {
  const source = sourceOf(query);
  expect(source.resume).toBeUndefined();
  expect(source.query).not.toContain('__');
});
