import { eventually } from '@meridian/testkit/eventually';
import { afterAll, expect, it } from 'vitest';
import { demoRouter } from '../testing/demo-router.ts';
import { testIssuer } from '../testing/issuer.ts';
import { jsonOf } from '../testing/json-of.ts';

const issuer = await testIssuer();
const router = await demoRouter({
  auth: issuer.auth,
  forwardHeaders: ['accept-language'],
  shareInFlight: false,
});
afterAll(async () => {
  await router.stop();
  await issuer.remove();
});

it('requests of one viewer ask together, and nobody gets what was fetched for another', async () => {
  const ada = { authorization: await issuer.bearer('user_ada') };
  const bob = { authorization: await issuer.bearer('user_bob') };
  const scopes = [{}, ada, bob, { ...ada, 'accept-language': 'de' }];
  const names = ['anonymous', 'user_ada stock:read', 'user_bob stock:read', 'user_ada stock:read'];
  const query = 'query Names($first: Int) { items(first: $first) { name askedBy } }';
  const each = 8;

  const go = Promise.withResolvers<void>();
  router.hold(go.promise);
  const answers = Array.from({ length: scopes.length * each }, async (_, n) => {
    const variables = { first: 1 + (n % 3) };
    return jsonOf(await router.post({ query, variables }, scopes[n % scopes.length]));
  });
  await eventually(() => expect(router.calls).toHaveLength(answers.length));
  go.resolve();

  for (const [n, answer] of (await Promise.all(answers)).entries())
    expect(answer).toEqual({
      data: {
        items: Array.from({ length: 1 + (n % 3) }, (_, item) => ({
          name: `Item ${item + 1}`,
          askedBy: names[n % scopes.length],
        })),
      },
    });
  const asked = router.calls.filter(({ subgraph }) => subgraph === 'names');
  const whom = asked.map(({ headers }) =>
    JSON.stringify([headers['x-meridian-viewer'], headers['accept-language']]),
  );
  expect(new Set(whom).size).toBe(scopes.length);
  expect(asked).toHaveLength(scopes.length);
});
