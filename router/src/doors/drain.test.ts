import { once } from 'node:events';
import { connect } from 'node:net';
import { eventually } from '@meridian/testkit/eventually';
import { expect, it } from 'vitest';
import { demoRouter } from '../testing/demo-router.ts';

it('a running request ends before the router does; an idle or unused connection holds nothing up', async () => {
  const router = await demoRouter({ drainMs: 60_000 });
  const { port } = new URL(router.url);
  const unused = connect(Number(port), '127.0.0.1');
  await once(unused, 'connect');
  await (await router.post({ query: '{ __typename }' })).text();

  let finish = () => {};
  router.hold(
    new Promise<void>((resolve) => {
      finish = resolve;
    }),
  );
  const running = router.post({ query: '{ item(id: "1") { stock } }' });
  await eventually(() => expect(router.calls).toHaveLength(1));
  const stopped = router.stop();
  await once(unused, 'close');
  finish();
  expect(await (await running).json()).toEqual({ data: { item: { stock: 10 } } });
  await stopped;
  await expect(router.post({ query: '{ __typename }' })).rejects.toThrow();
});

it('a request that does not end in time is cut off', async () => {
  const router = await demoRouter({ drainMs: 20 });
  const running = router.post({ query: '{ slow }' });
  await eventually(() => expect(router.calls).toHaveLength(1));
  const outcome = running.then(
    () => 'answered',
    () => 'cut off',
  );
  await router.stop();
  expect(await outcome).toBe('cut off');
});
