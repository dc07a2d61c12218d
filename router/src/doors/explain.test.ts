import { afterAll, expect, it } from 'vitest';
import { type DemoRouter, demoRouter } from '../testing/demo-router.ts';
import { testIssuer } from '../testing/issuer.ts';
import { jsonOf } from '../testing/json-of.ts';

const issuer = await testIssuer();
const development = await demoRouter();
const production = await demoRouter({ production: true, auth: issuer.auth });
afterAll(async () => {
  await Promise.all([development.stop(), production.stop()]);
  await issuer.remove();
});

const explain = { 'x-meridian-explain': '1' };
const body = { query: 'query Explained { items { id } item(id: "1") { name } }' };

/** What a door says of how it answered; undefined when it says nothing. */
async function planFor(router: DemoRouter, headers: Record<string, string>, more: object = {}) {
  const answer = await jsonOf(await router.post({ ...body, ...more }, headers));
  expect(answer.data.item).toEqual({ name: 'Item 1' });
  expect(Object.keys(answer.extensions ?? {})).toEqual(answer.extensions ? ['plan'] : []);
  return answer.extensions?.plan;
}

it('shows the plan, its cost and the state of the cache to who asks for it', async () => {
  expect(await planFor(development, explain)).toEqual({
    cache: 'miss',
    form: 'compiled',
    planner: 'apollo',
    cost: {
      depth: 2,
      aliases: 0,
      rootFields: 2,
      directives: 0,
      directivesAtOnePlace: 0,
      selections: 4,
      introspectionDepth: 0,
      fetches: 2,
    },
    node: {
      kind: 'Sequence',
      nodes: [
        expect.objectContaining({ kind: 'Fetch', serviceName: 'stock' }),
        { kind: 'Flatten', path: ['', 'item'], node: expect.objectContaining({ serviceName: 'names' }) },
      ],
    },
  });
  // By the short lane, then by ApolloServer.
  expect(await planFor(development, explain)).toMatchObject({ cache: 'hit', cost: { fetches: 2 } });
  expect(await planFor(development, explain, { extensions: {} })).toMatchObject({ cache: 'hit' });
});

it('shows it over a WebSocket', async () => {
  const client = development.socket(explain);
  for await (const answer of client.iterate({ query: body.query }))
    expect(answer.extensions).toMatchObject({ plan: { cache: 'hit', node: { kind: 'Sequence' } } });
  await client.dispose();
});

it('says which planner it took, and counts that', async () => {
  const counted = 'meridian_planned_operations_total{planner="levels",program="router"} 1';
  const metrics = async () => (await fetch(`${development.url}/metrics`)).text();
  expect(await metrics()).not.toContain('planner="levels"');
  const restock = 'restock(id: "1", by: 0)';
  const query = `mutation ($twice: Boolean!) { ${restock} { id } ${restock} @include(if: $twice) { name } }`;
  const { data, extensions } = await jsonOf(
    await development.post({ query, variables: { twice: true } }, explain),
  );
  expect(data).toEqual({ restock: { id: '1', name: 'Item 1' } });
  expect(extensions.plan).toMatchObject({ form: 'compiled', planner: 'levels' });
  expect(await metrics()).toContain(counted);
});

it('says nothing to who does not ask', async () => {
  expect(await planFor(development, {})).toBeUndefined();
  expect(await planFor(development, { 'x-meridian-explain': '0' })).toBeUndefined();
});

it('is for viewers with the scope only in production', async () => {
  const bearer = async (scope: string) => ({ authorization: await issuer.bearer('user_ada', 600, scope) });
  expect(await planFor(production, explain)).toBeUndefined();
  expect(await planFor(production, { ...explain, ...(await bearer('router')) })).toBeUndefined();
  expect(await planFor(production, await bearer('router:explain'))).toBeUndefined();
  expect(await planFor(production, { ...explain, ...(await bearer('router:explain')) })).toMatchObject({
    form: 'compiled',
    planner: 'apollo',
  });
});
