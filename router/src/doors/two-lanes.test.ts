import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoRouter, demoRouter } from '../testing/demo-router.ts';

/*
 * The short lane must be invisible. Every request goes twice to the same router: by the lane, where it takes it, and
 * by the full pipeline, which an empty `extensions` object forces. Both answers are held to be the same.
 */
describe.each([true, false])('both lanes, production: %s', (production) => {
  let router: DemoRouter;
  beforeAll(async () => {
    router = await demoRouter({ production });
  });
  afterAll(() => router.stop());

  const answer = async (body: object, headers: Record<string, string>) => {
    const response = await router.post(body, headers);
    const kept = [...response.headers].filter(
      ([name]) => !['date', 'keep-alive', 'connection'].includes(name),
    );
    return { status: response.status, headers: Object.fromEntries(kept), body: await response.text() };
  };

  const accepts: Record<string, string>[] = [
    {},
    { accept: '*/*' },
    { accept: 'application/json' },
    { accept: 'application/graphql-response+json' },
    { accept: 'application/graphql-response+json, application/json;q=0.9' },
    { accept: 'application/json, multipart/mixed, text/event-stream' },
    { accept: 'text/html' },
    { accept: 'image/png' },
  ];
  const bodies: Record<string, object> = {
    'a query': { query: '{ items { id name stock } }' },
    'a query with variables': {
      query: 'query Q($id: ID!) { item(id: $id) { name } }',
      variables: { id: '2' },
    },
    'a named operation of two': {
      query: 'query A { a: __typename } query B { b: __typename }',
      operationName: 'B',
    },
    'no name for two operations': { query: 'query A { a: __typename } query B { b: __typename }' },
    'a name that is not there': { query: 'query A { a: __typename }', operationName: 'C' },
    nulls: { query: '{ __typename }', operationName: null, variables: null },
    'a mutation': { query: 'mutation { restock(id: "1", by: 0) { stock } }' },
    'a subscription': { query: 'subscription { stockChanged { id } }' },
    'a syntax error': { query: '{ items {' },
    'an unknown field': { query: '{ nothing }' },
    'a missing variable': { query: 'query Q($id: ID!) { item(id: $id) { name } }' },
    'a wrong variable': { query: 'query Q($n: Int!) { items(first: $n) { name } }', variables: { n: 'x' } },
    introspection: { query: '{ __schema { queryType { name } } }' },
    'an expected error': {
      query: '{ fail(code: "NOT_FOUND", message: "no such thing") item(id: "1") { id } }',
    },
    'an unexpected error': { query: '{ fail(message: "secret") }' },
    // Neither reads on to where the brace is missing.
    'more tokens than are read': { query: `{ items { ${'id '.repeat(10_001)}` },
    'more bytes and tokens than are read': { query: `{ items { ${'id '.repeat(40_000)}` },
    'many levels': { query: `${'{ a '.repeat(4_000)}${'}'.repeat(4_000)}` },
    'an empty text': { query: '' },
    'variables of another type': { query: '{ __typename }', variables: [] },
    'a name of another type': { query: '{ __typename }', operationName: 1 },
  };

  it.each(Object.keys(bodies))('give the same answer to %s', async (name) => {
    const body = bodies[name] ?? {};
    for (const accept of accepts) {
      // Then a subscription is answered with a stream, by neither lane.
      if (name === 'a subscription' && accept['accept']?.includes('text/event-stream')) continue;
      const headers = { ...accept, 'x-correlation-id': 'the-same-for-all' };
      const short = await answer(body, headers);
      const full = await answer({ ...body, extensions: {} }, headers);
      expect(short).toEqual(full);
    }
  });
});
