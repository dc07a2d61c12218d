import { GraphQLError, parse } from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { notFound } from './errors.ts';
import { createLogger } from './logger.ts';
import { createMetrics } from './metrics.ts';
import { createSubgraph } from './subgraph.ts';
import { type RunningServer, serveSubgraph } from './subgraph-server.ts';

/*
 * The lean lane must be invisible. Every request goes twice to the same server: plain, for the lane to take where it
 * will, and with an empty `extensions` object, which the lane leaves to ApolloServer. Both answers are the same.
 */
const executed: string[] = [];
const subgraph = createSubgraph({
  name: 'demo',
  typeDefs: parse(`#graphql
    scalar JSON
    scalar DateTime
    type Query { hello(name: String! = "you"): String!  at: DateTime  json: JSON  missing: String  broken: String!  number: Int }
    type Mutation { touch: Int }
    type Subscription { ticks: Int }
  `),
  resolvers: {
    Query: {
      hello: (_: unknown, { name }: { name: string }) => `Hello ${name} ✓`,
      at: () => new Date(0),
      json: () => ({ nested: [new Date(1)], none: undefined }),
      missing: async () => {
        throw notFound('Thing', '7');
      },
      broken: () => {
        throw new Error('broken on purpose');
      },
      number: () => {
        throw new GraphQLError('no number', { extensions: { more: { deep: 1 } } });
      },
    },
    Mutation: { touch: () => executed.push('touch') },
  },
  verifyViewer: async (token) => {
    if (token === 'bad')
      throw new GraphQLError('No such viewer', { extensions: { code: 'UNAUTHENTICATED' } });
    return null;
  },
  createContext: () => ({}),
  ready: async () => {},
  stop: async () => {},
});

let server: RunningServer;
beforeAll(async () => {
  server = await serveSubgraph({
    subgraph,
    host: '127.0.0.1',
    port: 0,
    logger: createLogger('demo', 'silent'),
    metrics: createMetrics('demo'),
    introspection: false,
  });
});
afterAll(() => server.stop());

async function post(body: unknown, headers: Record<string, string>) {
  const response = await fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const kept = [...response.headers].filter(([name]) => !['date', 'keep-alive', 'connection'].includes(name));
  return { status: response.status, headers: Object.fromEntries(kept), body: await response.text() };
}

const headers: Record<string, string>[] = [
  {},
  { accept: 'application/json' },
  { accept: '*/*' },
  { accept: 'application/graphql-response+json' },
  { accept: 'image/png' },
  { 'content-type': 'application/json; charset=utf-8' },
  { 'x-meridian-viewer': 'bad' },
];

it.each<[string, Record<string, unknown>]>([
  ['a query', { query: '{ hello at json }' }],
  ['variables', { query: 'query Q($n: String!) { hello(name: $n) }', variables: { n: 'Ada' } }],
  ['a name', { query: 'query A { a: hello } query B { b: hello }', operationName: 'B' }],
  ['no name for two', { query: 'query A { a: hello } query B { b: hello }' }],
  ['a name that is not there', { query: 'query A { a: hello }', operationName: 'C' }],
  ['an empty name', { query: 'query A { a: hello }', operationName: '' }],
  ['nulls', { query: '{ hello }', operationName: null, variables: null }],
  ['an expected error', { query: '{ missing hello }' }],
  ['an unexpected error where null may not be', { query: '{ broken hello }' }],
  ['an error with details', { query: '{ number hello }' }],
  ['a syntax error', { query: '{ hello {' }],
  ['an unknown field', { query: '{ nothing }' }],
  ['a missing variable', { query: 'query Q($n: String!) { hello(name: $n) }' }],
  ['a wrong variable', { query: 'query Q($n: String!) { hello(name: $n) }', variables: { n: [] } }],
  ['introspection', { query: '{ __schema { queryType { name } } }' }],
  ['a key called __proto__', { query: '{ __proto__: hello }' }],
  ['a subscription', { query: 'subscription { ticks }' }],
  ['an empty text', { query: '' }],
  ['no text', { operationName: 'A' }],
  ['a text of another type', { query: 1 }],
  ['variables of another type', { query: '{ hello }', variables: [] }],
  ['a name of another type', { query: '{ hello }', operationName: 1 }],
])('answers the same with and without ApolloServer: %s', async (_, body) => {
  for (const set of headers) {
    const lean = await post(body, set);
    const general = await post({ ...body, extensions: {} }, set);
    expect(lean, JSON.stringify(set)).toEqual(general);
  }
});

it('leaves what is no JSON object to the general door', async () => {
  for (const body of ['[]', '"text"', 'null', '{', '']) expect((await post(body, {})).status).toBe(400);
  const text = await post('{ hello }', { 'content-type': 'text/plain' });
  expect(text.status).toBe(400);
});

it('refuses a body that is too long', async () => {
  const response = await post({ query: '{ hello }', padding: 'x'.repeat(5_000_001) }, {});
  expect(response.status).toBe(413);
});

it('executes a mutation once', async () => {
  executed.length = 0;
  const { body } = await post({ query: 'mutation { touch }' }, {});
  expect(JSON.parse(body)).toEqual({ data: { touch: 1 } });
  expect(executed).toHaveLength(1);
});

it('does not come by the lane for a GET', async () => {
  const response = await fetch(`${server.url}?query=${encodeURIComponent('{ hello }')}`);
  expect(await response.json()).toEqual({ data: { hello: 'Hello you ✓' } });
});
