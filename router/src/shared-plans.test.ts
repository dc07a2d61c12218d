import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@meridian/kernel/logger';
import { createMetrics } from '@meridian/kernel/metrics';
import { serveSubgraph } from '@meridian/kernel/subgraph-server';
import { eventually } from '@meridian/testkit/eventually';
import { redisIsAvailable, startRedis } from '@meridian/testkit/redis';
import { expect, it } from 'vitest';
import { demoSupergraph } from './testing/demo-router.ts';
import { demoSubgraphs, viewerSecret } from './testing/demo-subgraphs.ts';
import { jsonOf } from './testing/json-of.ts';
import { runRouter } from './testing/router-process.ts';

it.each([
  [{ VIEWER_SECRET: viewerSecret }, 'PLANNING_SHARED needs REDIS_URL'],
  [{ REDIS_URL: 'redis://127.0.0.1:1' }, 'PLANNING_SHARED needs VIEWER_SECRET'],
])('says what sharing plans needs beside %j', async (env, message) => {
  const folder = await mkdtemp(join(tmpdir(), 'router-'));
  const supergraph = join(folder, 'supergraph.graphql');
  await writeFile(supergraph, demoSupergraph());
  const { exit, printed } = runRouter(['--supergraph', supergraph], { PLANNING_SHARED: 'true', ...env });
  expect(await exit).toBe(1);
  expect(printed.err).toContain(message);
  await rm(folder, { recursive: true });
});

it.skipIf(!redisIsAvailable())(
  'one router plans for another, and each for itself when Redis is killed',
  async () => {
    await using stack = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'router-'));
    stack.defer(() => rm(folder, { recursive: true }));
    const supergraph = join(folder, 'supergraph.graphql');
    await writeFile(supergraph, demoSupergraph());
    const redis = await startRedis();
    stack.defer(() => redis.stop());
    const stock = await serveSubgraph({
      subgraph: demoSubgraphs().subgraphs.stock,
      host: '127.0.0.1',
      port: 0,
      logger: createLogger('stock', 'silent'),
      metrics: createMetrics('stock'),
      introspection: false,
    });
    stack.defer(() => stock.stop());

    async function start() {
      const router = runRouter(['--supergraph', supergraph, '--port', '0'], {
        PLANNING_SHARED: 'true',
        REDIS_URL: redis.url,
        VIEWER_SECRET: viewerSecret,
        SUBGRAPH_URLS: `stock=${stock.url}`,
      });
      stack.defer(async () => {
        router.child.kill('SIGKILL');
        await router.exit;
      });
      const url = await router.url();
      return {
        async cacheFor(query: string): Promise<string> {
          const response = await fetch(`${url}/graphql`, {
            method: 'POST',
            headers: { 'content-type': 'application/json', 'x-meridian-explain': '1' },
            body: JSON.stringify({ query }),
          });
          const { data, extensions } = await jsonOf(response);
          expect(data).toEqual({ item: { stock: 10 } });
          return extensions.plan.cache;
        },
        async plans(outcome: string): Promise<number> {
          const metrics = await (await fetch(`${url}/metrics`)).text();
          return Number(
            metrics.match(`meridian_shared_plans_total{[^}]*outcome="${outcome}"[^}]*} (\\d+)`)?.[1] ?? 0,
          );
        },
      };
    }

    const fresh = () => `{ item(id: "1") { stock } } # ${crypto.randomUUID()}`;
    const [one, other] = await Promise.all([start(), start()]);
    // On a busy machine Redis may be too late for a router, which plans then.
    await eventually(async () => {
      const query = fresh();
      const before = await one.plans('written');
      expect(await one.cacheFor(query)).toBe('miss');
      await eventually(async () => expect(await one.plans('written')).toBe(before + 1));
      expect(await other.cacheFor(query)).toBe('shared');
      return expect(await other.cacheFor(query)).toBe('hit');
    });
    expect(await other.plans('found')).toBeGreaterThan(0);
    if (!redis.replace) return;

    await redis.stop();
    expect(await Promise.all([one, other].map((router) => router.cacheFor(fresh())))).toEqual([
      'miss',
      'miss',
    ]);
    expect(await other.plans('unreachable')).toBeGreaterThan(0);
  },
);
