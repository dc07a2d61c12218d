import { getIntrospectionQuery } from 'graphql';
import { expect, it } from 'vitest';
import { localEngine } from '../testing/local-supergraph.ts';
import { defaultOperationLimits, type OperationLimits } from './limits.ts';

const shop = (limits: Partial<OperationLimits> = {}) =>
  localEngine(
    {
      shop: {
        sdl: 'type Query { me: Person  find(in: [[Int]]): String } type Person { name: String  friend: Person }',
        resolvers: { Query: { me: () => ({ name: 'Ann', friend: { name: 'Bo' } }), find: () => 'it' } },
      },
    },
    { limits: { ...defaultOperationLimits, ...limits } },
  );

const cases: [limit: keyof OperationLimits, most: number, allowed: string, refused: string][] = [
  ['bytes', 14, '{me{name}}#é', '{me{name}}#ééé'],
  ['tokens', 6, '{ me { name } }', '{ me { name a: name } }'],
  ['depth', 2, '{ me { name } }', '{ me { ... { ...F } } } fragment F on Person { friend { name } }'],
  ['depth', 1, '{ find(in: [1]) }', '{ find(in: [[1]]) }'],
  [
    'aliases',
    2,
    '{ a: me { b: name } }',
    '{ me { ...F friend { ...F } b: name } } fragment F on Person { a: name }',
  ],
  [
    'rootFields',
    2,
    '{ me { name friend { name } } find }',
    '{ me { name } ... { find ...F } } fragment F on Query { x: find }',
  ],
  ['directives', 1, '{ me { name @skip(if: false) } }', '{ me @skip(if: false) { name @skip(if: false) } }'],
  [
    'directivesAtOnePlace',
    1,
    '{ me { name @skip(if: false) } }',
    '{ find @skip(if: false) @include(if: true) }',
  ],
  [
    'selections',
    4,
    '{ me { ...F } } fragment F on Person { name }',
    '{ me { ...F ...F } } fragment F on Person { name }',
  ],
  [
    'introspectionDepth',
    1,
    '{ __schema { types { fields { name } } } }',
    '{ __type(name: "Query") { ...T } } fragment T on __Type { fields { type { fields { name } } } }',
  ],
];

it.each(cases)('holds the limit of %s at %i', async (limit, most, allowed, refused) => {
  const { run } = shop({ [limit]: most });
  expect((await run(allowed)).errors).toBeUndefined();
  expect(await run(refused)).toEqual({
    errors: [
      {
        message: expect.stringContaining(`at most ${most} `),
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED', limit, most },
      },
    ],
  });
});

const limitOf = ({ errors }: Awaited<ReturnType<ReturnType<typeof shop>['run']>>) =>
  errors?.[0]?.extensions?.['limit'];

it('counts fragments that would expand to more than 10^300 fields without expanding them', async () => {
  const fragments = Array.from(
    { length: 600 },
    (_, n) => `fragment F${n} on Person { friend { ...F${n + 1} ...F${n + 1} ...F${n + 1} } }`,
  );
  const query = `{ me { ...F0 } } ${fragments.join(' ')} fragment F600 on Person { name }`;
  expect(limitOf(await shop({ tokens: 20_000, depth: 10_000 }).run(query))).toBe('selections');
});

it('refuses inline fragments and fields without end', async () => {
  const deep = (open: string) => `${open.repeat(3_000)}name${'}'.repeat(3_000)}`;
  const { run } = shop({ tokens: 100_000, bytes: 1_000_000 });
  expect(limitOf(await run(`{ me { ${deep('friend {')} } }`))).toBe('depth');
  expect(limitOf(await run(`{ me { ${deep('...{')} } }`))).toBe('depth');
  expect(limitOf(await run(`{ find(in: ${'['.repeat(20_000)}) }`))).toBe('depth');
});

it('refuses fragments in a circle before it counts them', async () => {
  const query = '{ me { ...A } } fragment A on Person { ...B } fragment B on Person { ...A }';
  expect(await shop().run(query)).toMatchObject({
    errors: [
      {
        message: expect.stringContaining('within itself'),
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      },
    ],
  });
});

it('takes fields of a fragment for root fields only where it is spread at the root', async () => {
  const { run } = shop({ rootFields: 2 });
  const fragment = 'fragment F on Person { name a: name friend { name } }';
  expect((await run(`{ me { ...F } } ${fragment}`)).errors).toBeUndefined();
  expect(limitOf(await run('{ ...F } fragment F on Query { find me { name } a: find }'))).toBe('rootFields');
});

it('measures fragments that no operation spreads, and leaves unknown ones to validation', async () => {
  const { run } = shop({ depth: 2 });
  expect(limitOf(await run('{ find } fragment F on Person { friend { friend { name } } }'))).toBe('depth');
  expect(await run('{ ...Nope }')).toMatchObject({
    errors: [{ message: expect.stringContaining('Unknown fragment') }],
  });
});

it('lets the introspection query of explorers through', async () => {
  const { data, errors } = await shop().run(
    getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true }),
  );
  expect(errors).toBeUndefined();
  expect(data).toHaveProperty('__schema');
});
