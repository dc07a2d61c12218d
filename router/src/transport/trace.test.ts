import { eventually } from '@meridian/testkit/eventually';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DemoRouter, demoRouter } from '../testing/demo-router.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const parent = '00f067aa0ba902b7';
const query = '{ items { name } }';

let router: DemoRouter;
beforeAll(async () => {
  router = await demoRouter();
});
afterAll(() => router.stop());

/** The headers that subgraphs got for one request. */
async function headersOf(sent: Record<string, string>) {
  const correlationId = crypto.randomUUID();
  await router.post({ query }, { ...sent, 'x-correlation-id': correlationId });
  const calls = router.calls.filter(({ headers }) => headers['x-correlation-id'] === correlationId);
  expect(calls.map(({ subgraph }) => subgraph)).toEqual(['stock', 'names']);
  const line = await eventually(() => router.lines.find((entry) => entry['correlationId'] === correlationId));
  return { hops: calls.map(({ headers }) => headers), line };
}

it('goes from the client through the router, where it is logged, to every subgraph', async () => {
  const { hops, line } = await headersOf({
    traceparent: `00-${traceId}-${parent}-01`,
    tracestate: 'vendor=opaque',
  });
  expect(line).toMatchObject({ traceId, spanId: expect.stringMatching(/^[\da-f]{16}$/) });
  const spans = hops.map(({ traceparent, tracestate }) => {
    expect(tracestate).toBe('vendor=opaque');
    return new RegExp(`^00-${traceId}-([\\da-f]{16})-01$`).exec(String(traceparent))?.[1];
  });
  expect(spans).not.toContain(undefined);
  expect(new Set([...spans, parent, line['spanId']]).size).toBe(4);
});

it('begins at the router when the client has none that is valid', async () => {
  const { hops, line } = await headersOf({ traceparent: `00-${traceId}-nonsense`, tracestate: 'a=b' });
  expect(line['traceId']).toMatch(/^[\da-f]{32}$/);
  expect(line['traceId']).not.toBe(traceId);
  for (const { traceparent, tracestate } of hops) {
    expect(traceparent).toContain(line['traceId']);
    expect(tracestate).toBeUndefined();
  }
});
