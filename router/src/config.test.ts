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

it.each([
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
