import { expect, it } from 'vitest';
import { readRouterConfig, routerDefaults } from './config.ts';

it('has a default for everything', () => {
  expect(readRouterConfig({}, {})).toEqual({ ...routerDefaults, supergraph: undefined });
});

it('prefers the command line to the environment', () => {
  const config = readRouterConfig(
    { PORT: '5', SUPERGRAPH: undefined },
    { PORT: '4', SUPERGRAPH: 'a.graphql' },
  );
  expect(config).toMatchObject({ port: 5, supergraph: 'a.graphql' });
});

it('reads lists', () => {
  const config = readRouterConfig(
    {},
    {
      FORWARD_HEADERS: 'Accept-Language, x-tenant',
      SUBGRAPH_URLS: 'users=http://users:4001/graphql?a=b, catalog=https://catalog/graphql',
    },
  );
  expect(config.forwardHeaders).toEqual(['accept-language', 'x-tenant']);
  expect(config.subgraphUrls).toEqual({
    users: 'http://users:4001/graphql?a=b',
    catalog: 'https://catalog/graphql',
  });
});

it('reads how subgraphs are called', () => {
  const { transport, requestTimeoutMs } = readRouterConfig(
    {},
    {
      REQUEST_TIMEOUT_MS: '7000',
      SUBGRAPH_TIMEOUT_MS: '5000, catalog=2000, orders-v2=1',
      SUBGRAPH_RETRIES: '0',
      SUBGRAPH_RETRY_PERCENT: '10',
      SUBGRAPH_CIRCUIT_PERCENT: '25',
      SUBGRAPH_CIRCUIT_OPEN_MS: '500',
    },
  );
  expect(requestTimeoutMs).toBe(7_000);
  expect(transport).toMatchObject({
    timeoutMs: 5_000,
    timeouts: { catalog: 2_000, 'orders-v2': 1 },
    retries: 0,
    retryShare: 0.1,
    circuit: { threshold: 0.25, openMs: 500 },
  });
  const one = readRouterConfig({}, { SUBGRAPH_TIMEOUT_MS: 'catalog=2000' }).transport;
  expect(one).toMatchObject({ timeoutMs: 10_000, timeouts: { catalog: 2_000 } });
});

it.each([
  { SUBGRAPH_TIMEOUT_MS: 'catalog=' },
  { SUBGRAPH_TIMEOUT_MS: '1000,2000' },
  { SUBGRAPH_TIMEOUT_MS: '1.5' },
  { SUBGRAPH_TIMEOUT_MS: '0' },
  { SUBGRAPH_RETRIES: '-1' },
  { SUBGRAPH_CIRCUIT_PERCENT: '100' },
  { FORWARD_HEADERS: 'traceparent' },
  { FORWARD_HEADERS: 'x-meridian-viewer' },
  { FORWARD_HEADERS: 'Content-Length' },
  { FORWARD_HEADERS: 'a b' },
  { SUBGRAPH_URLS: 'users' },
  { SUBGRAPH_URLS: 'users=ftp://users' },
  { PORT: '70000' },
  { VIEWER_SECRET: 'short' },
])('refuses %o', (env) => {
  expect(() => readRouterConfig({}, env)).toThrow(Object.keys(env)[0]);
});
