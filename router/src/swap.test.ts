import type { SubgraphTransport } from '@meridian/kernel/transport';
import { eventually } from '@meridian/testkit/eventually';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type DemoRouter, demoRouter, demoSupergraph } from './testing/demo-router.ts';
import { jsonOf } from './testing/json-of.ts';

let router: DemoRouter;
beforeEach(async () => {
  router = await demoRouter();
});
afterEach(() => router.stop());

const query = '{ item(id: "1") { stock name } }';
const answer = { data: { item: { stock: 10, name: 'Item 1' } } };
const renamed = (name: string) => demoSupergraph().replaceAll(/\bcaller\b/g, name);

/** The same subgraphs by other transports, which note that they are closed. */
function otherTransports() {
  const closed: string[] = [];
  const transports = Object.fromEntries(
    Object.entries(router.transports).map(([name, transport]): [string, SubgraphTransport] => [
      name,
      { ...transport, close: async () => void closed.push(name) },
    ]),
  );
  return { closed, transports };
}

async function serve(transports = router.transports as Record<string, SubgraphTransport>) {
  await router.reload({ supergraphSdl: demoSupergraph(), transports });
}

it('closes transports when a request that began with them has ended, though its later fetches come after the swap', async () => {
  const old = otherTransports();
  await serve(old.transports);
  const held = Promise.withResolvers<void>();
  router.hold(held.promise);
  const asked = router.post({ query });
  await eventually(() => expect(router.calls).toHaveLength(1));

  await serve();
  await serve();
  expect(old.closed).toEqual([]);
  held.resolve();
  expect(await (await asked).json()).toEqual(answer);
  expect(router.calls.map(({ subgraph }) => subgraph)).toEqual(['stock', 'names']);
  await eventually(() => expect(old.closed.toSorted()).toEqual(['names', 'stock']));
});

it('closes them when subscriptions have moved to the next, and tells those that cannot resume', async () => {
  const old = otherTransports();
  await serve(old.transports);
  const client = router.socket();
  const events = client.iterate({ query: 'subscription { stockChanged { stock name } }' });
  const first = events.next();
  await eventually(() => expect(router.listeners.size).toBe(1));

  await serve();
  await eventually(() => expect(old.closed.toSorted()).toEqual(['names', 'stock']));
  expect(await first).toMatchObject({ value: { errors: [{ extensions: { code: 'EVENTS_MISSED' } }] } });
  await eventually(() => expect(router.listeners.size).toBe(1));
  router.publish('1', 3);
  expect(await events.next()).toMatchObject({
    value: { data: { stockChanged: { stock: 3, name: 'Item 1' } } },
  });
  await events.return?.();
  await client.dispose();
});

it('keeps those open that the next supergraph has too, and closes each once', async () => {
  const first = otherTransports();
  const second = otherTransports();
  const mixed = {
    stock: first.transports['stock'],
    names: second.transports['names'],
  } as typeof first.transports;
  await serve(first.transports);
  await serve(mixed);
  await eventually(() => expect(first.closed).toEqual(['names']));
  expect(await (await router.post({ query })).json()).toEqual(answer);
  await serve();
  await eventually(() => {
    expect(second.closed).toEqual(['names']);
    return expect(first.closed).toEqual(['names', 'stock']);
  });
});

it('carries out one swap after the other, in the order of the calls', async () => {
  const old = otherTransports();
  const swaps = ['a', 'b', 'c'].map((name) =>
    router.reload({ supergraphSdl: renamed(name), transports: old.transports }),
  );
  const broken = router.reload({ supergraphSdl: 'type Query { a: Int }', transports: old.transports });
  // It is refused right after the swap before it: whoever looks later than that is too late to catch it.
  const refused = expect(broken).rejects.toThrow();
  await Promise.all(swaps);
  await refused;
  const fields = await (await router.post({ query: '{ __type(name: "Query") { fields { name } } }' })).text();
  expect(fields).toContain('{"name":"c"}');
  expect(old.closed).toEqual([]);
});

it('closes the transports of a supergraph that does not load', async () => {
  const { closed, transports } = otherTransports();
  await expect(router.reload({ supergraphSdl: 'type Query { a: Int }', transports })).rejects.toThrow();
  expect(closed.toSorted()).toEqual(['names', 'stock']);
  expect(await (await router.post({ query })).json()).toEqual(answer);
});

it('stops while a swap warms up: the swap fails, and its transports are closed too', async () => {
  expect(await (await router.post({ query })).json()).toEqual(answer);
  const next = otherTransports();
  const swap = router.reload({ supergraphSdl: renamed('a'), transports: next.transports });
  const later = router.reload({ supergraphSdl: renamed('b'), transports: next.transports });
  const failed = Promise.all([
    expect(swap).rejects.toThrow('the router stops'),
    expect(later).rejects.toThrow('the router stops'),
  ]);
  await router.stop();
  await failed;
  expect(next.closed.toSorted()).toEqual(['names', 'stock']);
});

it('shows the effect of a mutation that the supergraph before carried out to whoever asks afterwards', async () => {
  const stock = '{ item(id: "1") { stock } }';
  const { post } = router;
  const level = async (answer: Promise<Response>) => jsonOf(await answer);
  expect(await level(post({ query: stock }))).toEqual({ data: { item: { stock: 10 } } });

  const mutationHeld = Promise.withResolvers<void>();
  const answerHeld = Promise.withResolvers<void>();
  let reads = 0;
  let mutations = 0;
  const { stock: inner } = router.transports;
  const slowly: SubgraphTransport = {
    ...inner,
    async execute(request) {
      if (request.kind === 'mutation') {
        mutations++;
        await mutationHeld.promise;
      }
      const answer = await inner.execute(request);
      if (request.kind === 'query' && ++reads === 1) await answerHeld.promise;
      return answer;
    },
    close: async () => {},
  };
  const transports = { ...router.transports, stock: slowly };
  await serve(transports);
  const restocked = post({ query: 'mutation { restock(id: "1", by: 1) { id } }' });
  await eventually(() => expect(mutations).toBe(1));
  await serve(transports);

  const before = level(post({ query: stock }));
  await eventually(() => expect(reads).toBe(1));
  mutationHeld.resolve();
  await restocked;
  const after = level(post({ query: stock }));
  await eventually(() => expect(reads).toBe(2));
  answerHeld.resolve();
  expect(await before).toEqual({ data: { item: { stock: 10 } } });
  expect(await after).toEqual({ data: { item: { stock: 11 } } });
});
