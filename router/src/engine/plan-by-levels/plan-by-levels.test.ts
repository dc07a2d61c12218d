import { describe, expect, it } from 'vitest';
import { type LocalSubgraph, localEngine } from '../testing/local-supergraph.ts';

const given = { __resolveReference: (ref: object) => ref };

/** What is answered, and which planner it took. */
async function answer({ engine, run }: ReturnType<typeof localEngine>, query: string, variables = {}) {
  const prepared = engine.prepare(query);
  if ('errors' in prepared) throw new Error(prepared.errors[0]?.message);
  return { planner: prepared.operation.planner, ...(await run(query, variables)) };
}

describe('a chain of @requires between two subgraphs', () => {
  const steps = [1, 2, 3, 4, 5, 6, 7];
  /** Each step is one more than the one before, which the other subgraph has. */
  const half = (mine: (step: number) => boolean): LocalSubgraph => ({
    sdl: `type Item @key(fields: "id") { id: ID!  ${steps
      .map((step) => {
        if (!mine(step)) return `s${step}: Int @external`;
        return step === 1 ? 's1: Int' : `s${step}: Int @requires(fields: "s${step - 1}")`;
      })
      .filter((field) => !field.startsWith('s7') || mine(7))
      .join('  ')} }`,
    resolvers: {
      Item: {
        ...given,
        s1: () => 1,
        ...Object.fromEntries(
          steps.slice(1).map((step) => [
            `s${step}`,
            // Whoever was not told what it requires makes something up.
            (item: Record<string, number | undefined>) => (item[`s${step - 1}`] ?? 1_000) + 1,
          ]),
        ),
      },
    },
  });
  const odd = half((step) => step % 2 === 1);
  const world = localEngine({
    a: {
      sdl: `type Query { item: Item  items: [[Item]!] } ${odd.sdl}`,
      resolvers: {
        ...odd.resolvers,
        Query: { item: () => ({ id: '1' }), items: () => [[{ id: '1' }, null], [{ id: '2' }]] },
      },
    },
    b: half((step) => step % 2 === 0),
  });

  it('is followed to its end', async () => {
    expect(await answer(world, '{ item { s7 } }')).toEqual({ planner: 'levels', data: { item: { s7: 7 } } });
    world.calls.length = 0;
    const query = '{ items { s4 ...F s2 } } fragment F on Item { x: s6 s1 }';
    const item = { s4: 4, x: 6, s1: 1, s2: 2 };
    expect(await answer(world, query)).toEqual({
      planner: 'levels',
      data: { items: [[item, null], [item]] },
    });
    expect(world.calls.map(({ subgraph }) => subgraph)).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
  });

  it('is not begun for a field that is not wanted', async () => {
    world.calls.length = 0;
    const query = 'query ($yes: Boolean!) { item { id s7 @include(if: $yes) } }';
    expect(await answer(world, query, { yes: false })).toMatchObject({ data: { item: { id: '1' } } });
    expect(world.calls).toHaveLength(1);
    expect(world.calls[0]?.variables).toEqual({ yes: false });
    expect(await answer(world, query, { yes: true })).toMatchObject({ data: { item: { s7: 7 } } });
  });
});

it('an input that failed costs the fields of the chain that need it, each told at its place', async () => {
  const world = localEngine({
    a: {
      sdl: `type Query { item: Item }
        type Item @key(fields: "id") { id: ID!  one: Int  three: Int @requires(fields: "two")  two: Int @external }`,
      resolvers: {
        Query: { item: () => ({ id: '1' }) },
        Item: { ...given, one: () => 1, three: () => 3 },
      },
    },
    b: {
      sdl: `type Item @key(fields: "id") { id: ID!  own: Int  one: Int @external  three: Int @external
        two: Int @requires(fields: "one")  four: Int @requires(fields: "three") }`,
      resolvers: {
        Item: {
          ...given,
          own: () => 0,
          two: () => {
            throw new Error('no two');
          },
          four: () => 4,
        },
      },
    },
  });
  expect(await answer(world, '{ item { four own } }')).toMatchObject({
    planner: 'levels',
    data: { item: { four: null, own: 0 } },
    errors: [{ message: 'no two', path: ['item', 'four'] }],
  });
});

describe('an interface without implementations in the subgraph that gives it', () => {
  const world = localEngine({
    pets: {
      sdl: `type Query { pet: Animal  pets: [Animal!]!  person: Person  wrong: Animal }
        type Person { name: String  pet: Animal }
        interface Animal { id: ID! }`,
      resolvers: {
        Query: {
          pet: () => null,
          pets: () => [],
          person: () => ({ name: 'Ann' }),
          wrong: () => ({ id: '1' }),
        },
      },
    },
    names: {
      sdl: `type Query { dog: Dog }
        interface Animal { id: ID!  name: String }
        type Dog implements Animal { id: ID!  name: String }`,
    },
  });

  it('is what the subgraph says: null, an empty list', async () => {
    expect(await answer(world, '{ pet { name } pets { id name } person { name p: pet { name } } }')).toEqual({
      planner: 'levels',
      data: { pet: null, pets: [], person: { name: 'Ann', p: null } },
    });
  });

  it('is its error, where it gives an object all the same', async () => {
    expect(await answer(world, '{ wrong { id } }')).toMatchObject({
      data: { wrong: null },
      errors: [
        { message: expect.stringContaining('Animal'), path: ['wrong'], extensions: { subgraph: 'pets' } },
      ],
    });
  });
});

it('names that plans have for inputs are refused as aliases', () => {
  const { engine } = localEngine({ a: { sdl: 'type Query { item: Int }' } });
  for (const alias of ['__in_id', '__in0123456789ab_id', '__of_Item_id'])
    expect(engine.prepare(`{ ${alias}: item }`)).toMatchObject({
      errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
    });
});
