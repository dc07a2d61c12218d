import { afterEach, expect, it } from 'vitest';
import { localSupergraph } from './engine/testing/local-supergraph.ts';
import { type DemoRouter, demoRouter } from './testing/demo-router.ts';
import { jsonOf } from './testing/json-of.ts';

const { sdl: supergraphSdl, transports } = localSupergraph({
  old: { sdl: 'type Query { price: Int }', resolvers: { Query: { price: () => 1 } } },
  new: {
    sdl: 'type Query { price: Int @override(from: "old", label: "beta") }',
    resolvers: { Query: { price: () => 2 } },
  },
});

let router: DemoRouter;
afterEach(() => router.stop());

it.each(['application/json', 'text/event-stream'])(
  'a program that embeds the router decides on labels for each request (%s)',
  async (accept) => {
    router = await demoRouter(
      { forwardHeaders: ['x-ring'], shareInFlight: true },
      {
        supergraphSdl,
        transports,
        isOverridden: (label, context) => label === 'beta' && context?.headers['x-ring'] === 'inner',
      },
    );
    const prices = ['outer', 'inner', 'inner', 'outer'].map(async (ring) => {
      const answer = await router.post({ query: '{ price }' }, { accept, 'x-ring': ring });
      return /"price":(\d)/.exec(await answer.text())?.[1];
    });
    expect(await Promise.all(prices)).toEqual(['1', '2', '2', '1']);
  },
);

it('labels of the supergraph that is served count, from the next request on', async () => {
  const decided = new Set<string>();
  router = await demoRouter(
    {},
    {
      supergraphSdl,
      transports,
      isOverridden(label) {
        decided.add(label);
        return label === 'stable';
      },
    },
  );
  const price = async () => (await jsonOf(await router.post({ query: '{ price }' }))).data.price;
  expect(await price()).toBe(1);
  await router.reload({ supergraphSdl: supergraphSdl.replaceAll('"beta"', '"stable"'), transports });
  expect(await price()).toBe(2);
  await router.reload({ supergraphSdl, transports });
  expect(await price()).toBe(1);
  expect(decided).toEqual(new Set(['beta', 'stable']));
});
