import { parse } from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLogger } from './logger.ts';
import { createMetrics } from './metrics.ts';
import { createSubgraph } from './subgraph.ts';
import { type RunningServer, serveSubgraph } from './subgraph-server.ts';
import { httpTransport } from './transport-http.ts';

let resolved = 0;
const subgraph = createSubgraph({
  name: 'demo',
  typeDefs: parse('type Query { a: Int }'),
  resolvers: { Query: { a: () => ++resolved } },
  verifyViewer: async () => null,
  createContext: () => ({}),
  ready: async () => {},
  stop: async () => {},
});
let server: RunningServer;
beforeAll(async () => {
  const logger = createLogger('demo', 'silent');
  const metrics = createMetrics('demo');
  server = await serveSubgraph({
    subgraph,
    host: '127.0.0.1',
    port: 0,
    logger,
    metrics,
    introspection: true,
  });
});
afterAll(() => server.stop());

it.each([
  ['in process', () => subgraph.transport],
  ['over HTTP', () => httpTransport({ url: server.url })],
])('work whose caller has stopped waiting is refused %s before it begins', async (_, open) => {
  const transport = open();
  const ask = (deadline: string) =>
    transport.execute({ query: '{ a }', headers: { 'x-deadline': deadline } });
  const before = resolved;
  for (let times = 0; times < 2; times++)
    expect(await ask(String(Date.now() - 60_000))).toMatchObject({
      errors: [{ extensions: { code: 'DEADLINE_EXCEEDED' } }],
    });
  expect(resolved).toBe(before);
  for (const fine of [String(Date.now() + 60_000), 'soon', '-1', ''])
    expect(await ask(fine)).toEqual({ data: { a: expect.any(Number) } });
  await transport.close();
});
