import { networkInterfaces } from 'node:os';
import { expect, it } from 'vitest';
import { demoRouter } from '../testing/demo-router.ts';

const metricsAt = (url: string, authorization?: string) =>
  fetch(`${url}/metrics`, authorization === undefined ? {} : { headers: { authorization } });

it('gives metrics to who has the token, from wherever', async () => {
  const token = 'a token of some length';
  const router = await demoRouter({ metricsToken: token });
  expect(await (await metricsAt(router.url, `Bearer ${token}`)).text()).toContain('# HELP');
  for (const wrong of [undefined, '', `Bearer ${token}x`, `Basic ${token}`, token]) {
    const refused = await metricsAt(router.url, wrong);
    expect(refused.status, wrong).toBe(403);
    expect(await refused.text()).not.toContain('# HELP');
  }
  await router.stop();
});

const outside = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address;

it('gives them without one to its own machine', async () => {
  const router = await demoRouter();
  expect((await metricsAt(router.url)).status).toBe(200);
  await router.stop();
});

it.skipIf(!outside)('and to nobody else', async () => {
  const router = await demoRouter({ host: '0.0.0.0' });
  const url = router.url.replace('localhost', outside ?? '');
  expect((await metricsAt(url)).status).toBe(403);
  expect((await fetch(`${url}/health/live`)).status).toBe(200);
  await router.stop();
});
