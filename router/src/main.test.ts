import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@meridian/kernel/logger';
import { createMetrics } from '@meridian/kernel/metrics';
import { type RunningServer, serveSubgraph } from '@meridian/kernel/subgraph-server';
import { eventually } from '@meridian/testkit/eventually';
import { freePort } from '@meridian/testkit/free-port';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { demoSupergraph } from './testing/demo-router.ts';
import { demoSubgraphs, namesSchema, stockSchema, viewerSecret } from './testing/demo-subgraphs.ts';
import { runRouter } from './testing/router-process.ts';

let folder: string;
let supergraph: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'router-'));
  supergraph = join(folder, 'supergraph.graphql');
  await writeFile(supergraph, demoSupergraph());
});
afterAll(() => rm(folder, { recursive: true }));

async function outcome(args: string[], env?: Record<string, string>) {
  const { printed, exit } = runRouter(args, env);
  return { code: await exit, ...printed };
}

describe('the command', () => {
  it('explains itself', async () => {
    const { code, out } = await outcome(['--help']);
    expect(code).toBe(0);
    expect(out).toContain('--supergraph FILE');
  });

  it('names the versions of what it serves', async () => {
    const { code, out } = await outcome(['--version']);
    expect(code).toBe(0);
    expect(out).toMatch(/^meridian router \d+\.\d+\.\d+\nnode 24\./);
    expect(out).toMatch(/^graphql 16\./m);
    expect(out).toMatch(/^@apollo\/query-planner 2\./m);
    expect(out).not.toContain('unknown');
  });

  it.each([
    ['no supergraph', [], 'Give --supergraph FILE or set SUPERGRAPH'],
    ['an option that is not there', ['--supergraf', 'x'], 'See --help'],
    ['a port that is none', ['--supergraph', 'x', '--port', 'http'], 'PORT'],
    [
      'a file that is not there',
      ['--supergraph', 'missing.graphql'],
      'missing.graphql: there is no such file',
    ],
    ['a list that is not there', ['--supergraph', 'missing.yaml'], 'missing.yaml: there is no such file'],
  ])('stops with one message for %s', async (_what, args, message) => {
    const { code, err } = await outcome(args);
    expect(code).toBe(1);
    expect(err).toContain(message);
    expect(err).not.toContain('    at ');
  });

  it.each([
    ['that does not parse', 'enum join__Graph {', 'Syntax Error'],
    ['that is no supergraph', 'type Query { a: Int }', 'is not a supergraph'],
  ])('stops with one message for a file %s', async (_what, sdl, message) => {
    const file = join(folder, `${Math.random()}.graphql`);
    await writeFile(file, sdl);
    const { code, err } = await outcome(['--supergraph', file]);
    expect(code).toBe(1);
    expect(err).toContain(message);
    expect(err).not.toContain('    at ');
  });

  it('stops with one message when the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, err } = await outcome(['--supergraph', supergraph, '--port', String(port)]);
    other.close();
    expect(code).toBe(1);
    expect(err).toBe(`Port ${port} is taken. Give another with --port N or PORT, or stop what uses it.\n`);
  });
});

describe('the router before subgraphs that are processes of their own', () => {
  const demo = demoSubgraphs();
  const running = new Map<'stock' | 'names', RunningServer>();
  const serve = async (name: 'stock' | 'names', port?: number) => {
    const server = await serveSubgraph({
      subgraph: demo.subgraphs[name],
      host: '127.0.0.1',
      port: port ?? (await freePort()),
      logger: createLogger(name, 'silent'),
      metrics: createMetrics(name),
      introspection: false,
    });
    running.set(name, server);
    return server.url;
  };
  /** Stops one and gives its port. */
  const stop = async (name: 'stock' | 'names') => {
    const server = running.get(name);
    running.delete(name);
    await server?.stop();
    return Number(new URL(server?.url ?? '').port);
  };
  let router: ReturnType<typeof runRouter>;
  let url = '';

  beforeAll(async () => {
    const stock = await serve('stock');
    const names = await serve('names');
    // A list to compose this time, with URLs that only the environment knows.
    await writeFile(join(folder, 'stock.graphql'), stockSchema);
    await writeFile(join(folder, 'names.graphql'), namesSchema);
    const list = `federation_version: =2.5.0
subgraphs:
  stock: { routing_url: "http://127.0.0.1:1/graphql", schema: { file: stock.graphql } }
  names: { routing_url: "${names}", schema: { file: names.graphql } }
`;
    await writeFile(join(folder, 'supergraph.yaml'), list);
    router = runRouter([], {
      SUPERGRAPH: join(folder, 'supergraph.yaml'),
      PORT: '0',
      SUBGRAPH_URLS: `stock=${stock}`,
      VIEWER_SECRET: viewerSecret,
    });
    url = await router.url();
  });
  afterAll(async () => {
    router.child.kill('SIGKILL');
    for (const server of running.values()) await server.stop();
  });

  const post = async (query: string) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    return response.json();
  };

  it('answers queries across them', async () => {
    expect(await post('{ item(id: "1") { stock name } }')).toEqual({
      data: { item: { stock: 10, name: 'Item 1' } },
    });
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  });

  it('loses only what an absent subgraph knows, says that it is not ready, and finds it again', async () => {
    const port = await stop('names');
    expect(await post('{ item(id: "1") { stock name } }')).toMatchObject({
      data: { item: { stock: 10, name: null } },
      errors: [{ path: ['item'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
    });
    const ready = async () => (await fetch(`${url}/health/ready`)).status;
    await eventually(async () => expect(await ready()).toBe(503));
    await serve('names', port);
    expect(await post('{ item(id: "1") { name } }')).toEqual({ data: { item: { name: 'Item 1' } } });
    await eventually(async () => expect(await ready()).toBe(200));
  });

  it('keeps subscriptions over the restart of a subgraph, and ends them with 1001 when it stops itself', async () => {
    const client = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
    });
    const events = client.iterate({ query: 'subscription { stockChanged { stock name } }' });
    const first = events.next();
    await eventually(() => expect(demo.listeners.size).toBe(1));
    demo.publish('1', 1);
    expect(await first).toMatchObject({ value: { data: { stockChanged: { stock: 1 } } } });

    const port = await stop('stock');
    await eventually(() => expect(demo.listeners.size).toBe(0));
    await serve('stock', port);
    await eventually(() => expect(demo.listeners.size).toBe(1));
    demo.publish('1', 2);
    expect(await events.next()).toMatchObject({
      value: { errors: [{ extensions: { code: 'EVENTS_MISSED', missed: null } }] },
    });
    expect(await events.next()).toMatchObject({
      value: { data: { stockChanged: { stock: 2, name: 'Item 1' } } },
    });

    const lost = events.next().then(
      () => undefined,
      (event: unknown) => event,
    );
    router.child.kill('SIGTERM');
    expect(await lost).toMatchObject({ code: 1001 });
    expect(await router.exit).toBe(0);
  });
});
