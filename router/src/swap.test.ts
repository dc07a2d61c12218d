import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DemoRouter, demoRouter, demoSupergraph } from './testing/demo-router.ts';
import { eventually } from './testing/eventually.ts';

let router: DemoRouter;
beforeAll(async () => {
  router = await demoRouter();
});
afterAll(() => router.stop());

const query = '{ item(id: "1") { stock name } }';

it('swaps of the supergraph under load drop no request', async () => {
  const ask = async () => (await router.post({ query })).json();
  const expected = { data: { item: { stock: 10, name: 'Item 1' } } };
  await eventually(async () => expect(await ask()).toEqual(expected));

  let swapping = true;
  let answered = 0;
  const client = async () => {
    for (; swapping; answered++) expect(await ask()).toEqual(expected);
  };
  const clients = [client(), client(), client()];
  for (let n = 0; n < 5; n++)
    await router.reload({ supergraphSdl: demoSupergraph(), transports: router.transports });
  swapping = false;
  await Promise.all(clients);
  expect(answered).toBeGreaterThan(0);
});
