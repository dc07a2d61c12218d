import { expect, it } from 'vitest';
import { httpTransports } from './http-transports.ts';
import { defaultTransportPolicy } from './policy.ts';
import { routingUrls } from './routing-urls.ts';

const sdl = `
  enum join__Graph {
    USERS @join__graph(name: "users", url: "http://localhost:4001/graphql")
    ORDERS @join__graph(name: "orders-v2", url: "")
  }
  type Query { a: Int }
`;

it('reads the URLs of a supergraph by the names that its subgraphs were given', () => {
  expect(Object.fromEntries(routingUrls(sdl))).toEqual({
    users: 'http://localhost:4001/graphql',
    'orders-v2': '',
  });
});

it('lets the operator say otherwise, by names that exist', () => {
  expect(routingUrls(sdl, { 'orders-v2': 'http://orders/graphql' }).get('orders-v2')).toBe(
    'http://orders/graphql',
  );
  expect(() => routingUrls(sdl, { order: 'http://orders/graphql' })).toThrow(
    'the supergraph has users, orders-v2',
  );
});

it('refuses a time limit for a subgraph that does not exist', () => {
  const policy = { ...defaultTransportPolicy, timeouts: { order: 1_000 } };
  expect(() => httpTransports({}, policy)(sdl)).toThrow('SUBGRAPH_TIMEOUT_MS names the subgraph `order`');
});

it('refuses a subgraph that is nowhere', () => {
  expect(() => httpTransports()(sdl)).toThrow('The subgraph `orders-v2` has no usable URL');
});

it('keeps the transport of a subgraph that stays where it is', async () => {
  const transports = httpTransports({ 'orders-v2': 'http://127.0.0.1:1/' });
  const before = transports(sdl);
  const after = transports(sdl.replace('4001', '4002'));
  expect(after['orders-v2']).toBe(before['orders-v2']);
  expect(after['users']).not.toBe(before['users']);
  for (const transport of [before['users'], after['users'], after['orders-v2']]) await transport?.close();
});

it('makes a transport anew once it was closed', async () => {
  const transports = httpTransports({ 'orders-v2': 'http://127.0.0.1:1/' });
  const before = transports(sdl);
  await before['users']?.close();
  const after = transports(sdl);
  expect(after['users']).not.toBe(before['users']);
  expect(after['orders-v2']).toBe(before['orders-v2']);
  for (const transport of Object.values(after)) await transport.close();
});
