import { buildSubgraphSchema } from '@apollo/subgraph';
import { type ExecutionResult, execute, type GraphQLResolveInfo, parse, validate } from 'graphql';
import { expect, it, test, vi } from 'vitest';
import { compileOperation } from './compile-operation.ts';

const infos: unknown[] = [];
/** Notes what a resolver was told, and passes on its answer. */
function noting<Value>(info: GraphQLResolveInfo, value: Value): Value {
  const { path, fieldName, parentType, returnType, fieldNodes, variableValues } = info;
  const nodes = fieldNodes.length;
  infos.push({ path, fieldName, parentType, returnType, nodes, variableValues });
  return value;
}
const thenable = {};
Reflect.defineProperty(thenable, 'then', {
  value: (resolve: (value: number) => void) => {
    resolve(1);
    resolve(2);
  },
});
const cat = { __typename: 'Cat', name: 'Tom', lives: 9 };
const dog = { __typename: 'Dog', name: () => 'Rex', barks: Promise.resolve(true) };
const failing = (message: string) => Promise.reject(new Error(message));
const log: string[] = [];

const schema = buildSubgraphSchema([
  {
    typeDefs: parse(`#graphql
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
      interface Animal { name: String! }
      type Cat implements Animal @key(fields: "name") { name: String! lives: Int owner: Owner }
      type Dog implements Animal { name: String! barks: Boolean }
      type Owner { name: String! pets: [Animal!] }
      union Found = Cat | Owner
      input Filter { names: [String!]! = ["Tom"] limit: Int = 3 }
      type Query {
        animals: [Animal]  strict: [Animal!]  nested: [[Int!]]  found(kind: String): Found  owner: Owner
        echo(filter: Filter, ids: [ID!], big: Boolean = true): String
        numbers: [Int!]  late: [Int!]  notAList: [Int]  huge: Int  thenable: Int  thrown: Int  required: Int!
      }
      type Mutation { log(text: String!, ms: Int = 0): String }
    `),
    resolvers: {
      Animal: {
        __resolveType: async (
          { __typename }: { __typename: unknown },
          _: unknown,
          info: GraphQLResolveInfo,
        ) => noting(info, __typename),
      },
      Found: {
        __resolveType: ({ kind }: { kind: unknown }, _: unknown, info: GraphQLResolveInfo) =>
          noting(info, kind),
      },
      Cat: {
        __isTypeOf: async (value: object) => 'lives' in value,
        __resolveReference: ({ name }: { name: string }) =>
          name === 'gone' ? null : name === 'bad' ? failing('bad reference') : { ...cat, name },
        owner: (_: unknown, args: object, __: unknown, info: GraphQLResolveInfo) =>
          noting(info, { name: 'Ada', pets: [dog, cat, args] }),
      },
      Query: {
        animals: () => [
          cat,
          Promise.resolve(dog),
          null,
          failing('no animal'),
          new Error('an error for an animal'),
          { __typename: 'Owner' },
        ],
        strict: () => Array.from({ length: 50 }, (_, index) => failing(`animal ${index}`)),
        nested: () => [[1, 2], null, [3, null], Promise.resolve([4, 'x'])],
        found: (_: unknown, { kind }: { kind: unknown }) => ({
          kind: kind === 'number' ? 5 : kind,
          lives: 1,
          name: 'x',
        }),
        owner: () => ({ name: null, pets: [] }),
        echo: (_: unknown, args: object) => JSON.stringify(args),
        numbers: () => [Promise.reject(new Error('early')), 1, 'not a number', failing('late')],
        late: () => [1, 'no number', failing('nobody waits for this')],
        notAList: () => 'text',
        huge: () => 2 ** 40,
        thenable: () => thenable,
        thrown: () => {
          throw 'a text';
        },
        required: () => null,
      },
      Mutation: {
        log: async (_: unknown, { text }: { text: string }) => {
          log.push(`begin ${text}`);
          await Promise.resolve();
          log.push(`end ${text}`);
          if (text === 'fails') throw new Error(text);
          return text;
        },
      },
    },
  },
]);

type Variables = Record<string, unknown>;

async function both(query: string, variables: Variables = {}, operationName?: string) {
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  const operation = compileOperation(schema, document, operationName);
  const asJson = (result: ExecutionResult) => JSON.parse(JSON.stringify(result));
  infos.length = 0;
  const interpreted = asJson(await execute({ schema, document, variableValues: variables, operationName }));
  const interpretedInfos = infos.splice(0);
  const compiled = asJson(await operation.run({ variables, context: undefined }));
  return { operation, interpreted, compiled, infos: [interpretedInfos, infos.splice(0)] as const };
}

const sorted = (infos: readonly unknown[]) => infos.map((info) => JSON.stringify(info)).sort();

test.each<[string, Variables?]>([
  ['{ animals { __typename name ... on Cat { lives owner { name } } ... on Dog { barks } } }'],
  ['{ nested }'],
  ['{ strict { name } owner { name } }'],
  ['{ a: found(kind: "Cat") { ... on Cat { lives } } b: found(kind: "Owner") { __typename } }'],
  [
    '{ a: found(kind: "Dog") { __typename } b: found { __typename } c: found(kind: "Animal") { __typename } d: found(kind: "X") { __typename } e: found(kind: "number") { __typename } }',
  ],
  ['{ echo }'],
  [
    '{ a: echo(filter: {}) b: echo(filter: { names: "one", limit: null }) c: echo(ids: [1, "two"], big: null) }',
  ],
  [
    'query ($f: Filter, $ids: [ID!], $n: Int, $big: Boolean) { echo(filter: $f, ids: $ids, big: $big) b: echo(filter: { limit: $n }) }',
    { f: { limit: 1 }, ids: 7 },
  ],
  ['query ($f: Filter) { echo(filter: $f) }', { f: { names: [null], wrong: 1 } }],
  ['query ($n: Int!) { echo(filter: { limit: $n }) }'],
  ['{ huge notAList thrown owner { name } }'],
  ['{ huge required animals { name } }'],
  [
    'query ($yes: Boolean!, $no: Boolean! = false) { ...A @include(if: $yes) huge @skip(if: $no) owner { ...O ... @skip(if: $yes) { pets { name } } } } fragment A on Query { nested echo @skip(if: $yes) } fragment O on Owner { __typename }',
    { yes: true },
  ],
  ['query ($yes: Boolean! = true) { echo @include(if: $yes) }', { yes: null }],
  [
    'query ($yes: Boolean = true) { nested @include(if: $yes) owner { pets @skip(if: $yes) { name } __typename } }',
    { yes: null },
  ],
  [
    'query ($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Cat { name lives owner { name } } } }',
    { r: ['Tom', 'bad', 'gone', 'Kit'].map((name) => ({ __typename: 'Cat', name })) },
  ],
  ['{ __proto__: nested owner { __proto__: __typename } }'],
  ['{ constructor: nested toString: huge hasOwnProperty: echo }'],
  ['{ __schema { queryType { name } } __type(name: "Cat") { kind } nested }'],
  ['mutation { a: log(text: "a") b: log(text: "fails") c: log(text: "c") }'],
])('graphql-js answers the same: %s', async (query, variables) => {
  const { interpreted, compiled, infos } = await both(query, variables);
  const byText = ({ errors = [], data }: ExecutionResult) => ({
    data,
    errors: errors.map((error) => JSON.stringify(error)).sort(),
  });
  expect(byText(compiled)).toEqual(byText(interpreted));
  expect(Object.keys(compiled.data ?? {})).toEqual(Object.keys(interpreted.data ?? {}));
  expect(sorted(infos[1])).toEqual(sorted(infos[0]));
});

it.each<[string, Variables | undefined, boolean]>([
  ['{ nested }', undefined, true],
  ['query ($a: Boolean!) { nested @skip(if: $a) }', { a: true }, true],
  ['{ __type(name: "Cat") { name } }', undefined, false],
  ['{ __proto__: nested }', undefined, false],
  [
    `query (${'abcde'.split('').map((name) => `$${name}: Boolean! = true`)}) { ${'abcde'.split('').map((name) => `${name}: nested @skip(if: $${name})`)} }`,
    {},
    false,
  ],
])('compiles what it can: %s', async (query, variables, isCompiled) => {
  const { operation, compiled, interpreted } = await both(query, variables);
  expect(operation.isCompiled).toBe(isCompiled);
  expect(compiled).toEqual(interpreted);
});

it('runs the operation that is named, and refuses another name as graphql-js does', async () => {
  const query = 'query A { a: __typename } query B { b: __typename }';
  for (const name of ['A', 'B', 'C', undefined]) {
    const { compiled, interpreted, operation } = await both(query, {}, name);
    expect(compiled).toEqual(interpreted);
    expect(operation.kind).toBe(name === 'A' || name === 'B' ? 'query' : null);
  }
});

it('runs the fields of a mutation one after the other', async () => {
  log.length = 0;
  const operation = compileOperation(schema, parse('mutation { a: log(text: "1") b: log(text: "2") }'));
  await operation.run({ variables: {}, context: undefined });
  expect(log).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2']);
});

it('tells of one error where fifty put null in the same place', async () => {
  const { compiled } = await both('{ strict { name } }');
  expect(compiled).toMatchObject({ data: { strict: null }, errors: [{ path: ['strict', 0] }] });
  expect(compiled.errors).toHaveLength(1);
});

it('leaves no rejection of a list unhandled when an item before it is wrong', async () => {
  const unhandled = vi.fn();
  const usual = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', unhandled);
  try {
    const operation = compileOperation(schema, parse('{ late }'));
    const { data } = await operation.run({ variables: {}, context: undefined });
    expect(data).toEqual({ late: null });
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).not.toHaveBeenCalled();
  } finally {
    process.removeAllListeners('unhandledRejection');
    for (const listener of usual) process.on('unhandledRejection', listener);
  }
});

it('takes a thenable at its first word', async () => {
  const operation = compileOperation(schema, parse('{ thenable }'));
  await expect(operation.run({ variables: {}, context: undefined })).resolves.toEqual({
    data: { thenable: 1 },
  });
});

it('gives each call arguments of its own, and each execution data of its own', async () => {
  const operation = compileOperation(schema, parse('{ echo(big: false) nested }'));
  const first = await operation.run({ variables: {}, context: undefined });
  Object.assign(first.data ?? {}, { nested: 'overwritten' });
  const second = await operation.run({ variables: {}, context: undefined });
  expect(second.data).toMatchObject({ nested: [[1, 2], null, null, null] });
});
