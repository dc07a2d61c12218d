import { eventually } from '@meridian/testkit/eventually';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DemoRouter, demoRouter } from '../testing/demo-router.ts';

let ready = true;
let router: DemoRouter;
beforeAll(async () => {
  router = await demoRouter({}, { isReady: () => ready });
});
afterAll(() => router.stop());

const status = async (path: string) => (await fetch(`${router.url}${path}`)).status;

it('is alive as long as it serves, and ready when its subgraphs are', async () => {
  expect(await (await fetch(`${router.url}/health`)).json()).toEqual({ status: 'ok' });
  expect(await status('/health/ready')).toBe(200);
  ready = false;
  expect([await status('/health'), await status('/health/live'), await status('/health/ready')]).toEqual([
    200, 200, 503,
  ]);
});

it('counts what it does', async () => {
  const query = '{ item(id: "1") { id name } }';
  for (let i = 0; i < 3; i++) await (await router.post({ query })).text();
  await (await router.post({ query: '{ nothing }' })).text();
  const lines = [
    'meridian_operations_total{door="http",kind="query",outcome="ok",program="router"} 3',
    'meridian_operations_total{door="http",kind="unknown",outcome="error",program="router"} 1',
    'meridian_operation_duration_seconds_count{program="router",door="http",kind="query"} 3',
    'meridian_subgraph_fetch_duration_seconds_count{program="router",subgraph="stock"} 3',
    'meridian_subgraph_fetch_duration_seconds_count{program="router",subgraph="names"} 3',
    'meridian_prepared_operations_total{cache="miss",program="router"} 2',
    'meridian_prepared_operations_total{cache="hit",program="router"} 2',
    'meridian_subscriptions{program="router"} 0',
  ];
  // An operation is counted when its answer has been handed over, which the client may learn before the router does.
  await eventually(async () => {
    const metrics = (await (await fetch(`${router.url}/metrics`)).text()).split('\n');
    return expect(metrics).toEqual(expect.arrayContaining(lines));
  });
});

it('answers what is not there in the shape of GraphQL', async () => {
  const response = await fetch(`${router.url}/nowhere?token=secret`);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ errors: [{ message: 'There is nothing at /nowhere' }] });
});
