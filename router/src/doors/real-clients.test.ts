import { eventually } from '@meridian/testkit/eventually';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type DemoRouter, demoRouter } from '../testing/demo-router.ts';
import { testIssuer } from '../testing/issuer.ts';
import { type RealClient, realClients } from '../testing/real-clients.ts';

const issuer = await testIssuer();
let router: DemoRouter;
beforeAll(async () => {
  router = await demoRouter({ auth: issuer.auth });
});
afterAll(async () => {
  await router.stop();
  await issuer.remove();
});

const stockChanged = {
  query: 'subscription ($id: ID) { stockChanged(id: $id) { stock name askedBy } }',
  variables: { id: '1' },
};

describe.each(Object.keys(realClients))('%s', (name) => {
  let client: RealClient;
  const leave: (() => void)[] = [];
  const connect = (authorization?: string) => {
    const create = realClients[name];
    if (!create) throw new Error('no such client');
    client = create({ url: router.url, ...(authorization !== undefined && { authorization }) });
    return client;
  };
  const listen = (operation: { query: string; variables?: Record<string, unknown> }) => {
    const heard = {
      data: [] as unknown[],
      errors: [] as unknown[],
      extensions: [] as unknown[],
      over: false,
    };
    const unsubscribe = client.subscribe(operation, {
      data: (data) => heard.data.push(data),
      errors: (codes) => heard.errors.push(...codes),
      extensions: (extensions) => heard.extensions.push(extensions),
      over() {
        heard.over = true;
      },
    });
    leave.push(unsubscribe);
    return { heard, unsubscribe };
  };
  afterEach(async () => {
    for (const unsubscribe of leave.splice(0)) unsubscribe();
    await client.stop();
    await eventually(() => expect(router.listeners.size).toBe(0));
  });

  it('hears events joined across subgraphs, as its viewer, until it unsubscribes', async () => {
    connect(await issuer.bearer('user_ada'));
    const { heard, unsubscribe } = listen(stockChanged);
    await eventually(() => expect(router.listeners.size).toBe(1));
    for (const level of [1, 2, 3]) router.publish('1', level);
    await eventually(() =>
      // Apollo Client asks for type names, too.
      expect(heard.data).toMatchObject(
        [1, 2, 3].map((stock) => ({
          stockChanged: { stock, name: 'Item 1', askedBy: 'user_ada stock:read' },
        })),
      ),
    );
    unsubscribe();
    await eventually(() => expect(router.listeners.size).toBe(0));
    expect(heard.errors).toEqual([]);
  });

  it('hears that a stream is complete', async () => {
    connect();
    const { heard } = listen(stockChanged);
    await eventually(() => expect(router.listeners.size).toBe(1));
    router.publish('1', 4);
    for (const listener of [...router.listeners]) listener.end();
    await eventually(() => expect(heard.over).toBe(true));
    expect(heard.data).toMatchObject([{ stockChanged: { stock: 4 } }]);
    expect(heard.errors).toEqual([]);
  });

  it('hears why it is refused, by the router and by a subgraph', async () => {
    connect();
    const wrong = listen({ query: 'subscription { nothing }' });
    const variable = listen({ query: 'subscription ($id: ID!) { stockChanged(id: $id) { stock } }' });
    const refused = listen({ query: 'subscription { refused { id } }' });
    for (const [{ heard }, code] of [
      [wrong, 'GRAPHQL_VALIDATION_FAILED'],
      [variable, 'BAD_USER_INPUT'],
      [refused, 'FORBIDDEN'],
    ] as const)
      await eventually(() => expect(heard).toMatchObject({ data: [], errors: [code], over: true }));
  });

  it('asks queries and mutations', async () => {
    connect();
    expect(await client.ask({ query: '{ item(id: "2") { name stock } }' })).toMatchObject({
      item: { name: 'Item 2', stock: 20 },
    });
    expect(await client.ask({ query: 'mutation { restock(id: "2", by: 0) { stock } }' })).toMatchObject({
      restock: { stock: 20 },
    });
  });

  it('hears that its token has ended', async () => {
    connect(await issuer.bearer('user_ada', 3));
    const { heard } = listen(stockChanged);
    await eventually(() => expect(heard.over).toBe(true));
    expect(heard.data).toEqual([]);
    expect(heard.errors).toEqual(['UNAUTHENTICATED']);
    // Over a WebSocket the warning is a ping, and Apollo Client passes on no result without data.
    expect(heard.extensions).toMatchObject(name === 'graphql-sse' ? [{ tokenExpiring: {} }] : []);
  });
});
