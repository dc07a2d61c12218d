import { getIntrospectionQuery, graphql, parse, print } from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEngine } from '../engine/create-engine.ts';
import { type DemoRouter, demoRouter, demoSupergraph } from '../testing/demo-router.ts';
import { jsonOf } from '../testing/json-of.ts';

let router: DemoRouter;
beforeAll(async () => {
  router = await demoRouter();
});
afterAll(() => router.stop());

const { schema } = createEngine({ supergraphSdl: demoSupergraph(), transports: {} });
const everything = getIntrospectionQuery({
  descriptions: true,
  specifiedByUrl: true,
  directiveIsRepeatable: true,
  schemaDescription: true,
  inputValueDeprecation: true,
  oneOf: true,
});

async function byEveryDoor(query: string, variables: Record<string, unknown> = {}): Promise<unknown[]> {
  const body = { query, variables };
  const url = new URL(`${router.url}/graphql`);
  url.searchParams.set('query', query);
  url.searchParams.set('variables', JSON.stringify(variables));
  const client = router.socket();
  const { value } = await client.iterate(body).next();
  await client.dispose();
  return [
    // By the short lane, then by ApolloServer.
    await jsonOf(await router.post(body)),
    await jsonOf(await router.post({ ...body, extensions: {} })),
    await jsonOf(await fetch(url, { headers: { 'apollo-require-preflight': 'true' } })),
    value,
  ];
}

it('answers the whole introspection query, with every option, as graphql-js does', async () => {
  const expected = await graphql({ schema, source: everything });
  expect(expected.errors).toBeUndefined();
  for (const answer of await byEveryDoor(print(parse(everything)))) expect(answer).toEqual(expected);
});

it('answers it beside data, under aliases, by conditions and through fragments', async () => {
  const query = `query ($name: String!, $no: Boolean!) {
    item(id: "1") { stock }
    a: __type(name: $name) { isOneOf ...T fields { name @skip(if: $no) isDeprecated } }
    ...Q
  }
  fragment Q on Query { __schema @skip(if: $no) { description directives { name isRepeatable } }
    b: __type(name: "Nothing") { name } item(id: "1") { name } __schema @include(if: $no) { types { name } } }
  fragment T on __Type { kind specifiedByURL __typename }`;
  const variables = { name: 'Item', no: false };
  const { a, b, __schema } = (
    await graphql({
      schema,
      source: query.replaceAll(/item\(id: "1"\) \{ \w+ \}/g, ''),
      variableValues: variables,
    })
  ).data as Record<string, unknown>;
  expect(a).toMatchObject({ isOneOf: null, kind: 'OBJECT' });
  for (const answer of await byEveryDoor(query, variables))
    expect(answer).toEqual({ data: { item: { stock: 10, name: 'Item 1' }, a, __schema, b } });
});
