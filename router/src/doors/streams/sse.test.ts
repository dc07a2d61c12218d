import { eventually } from '@meridian/testkit/eventually';
import { describe, expect, it } from 'vitest';
import { openStream, sse } from '../../testing/open-stream.ts';
import { useDemoRouter } from '../../testing/use-demo-router.ts';

const { router, bearer } = await useDemoRouter();

const stockChanged = { query: 'subscription Watched { stockChanged(id: "1") { stock name askedBy } }' };
const event = (data: unknown) => ({ event: 'next', data });
const complete = { event: 'complete', data: null };

describe('an operation over Server-Sent Events', () => {
  it('that is a subscription is joined, and ends upstream when the client hangs up', async () => {
    const stream = await openStream(router.url, stockChanged);
    expect(stream.response.status).toBe(200);
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(stream.response.headers.get('cache-control')).toBe('no-store, no-transform');
    expect(stream.response.headers.get('x-correlation-id')).toEqual(expect.any(String));
    await eventually(() => expect(router.listeners.size).toBe(1));
    for (const level of [1, 2]) router.publish('1', level);
    await eventually(() =>
      expect(stream.parts()).toEqual(
        [1, 2].map((stock) =>
          event({ data: { stockChanged: { stock, name: 'Item 1', askedBy: 'anonymous' } } }),
        ),
      ),
    );
    stream.close();
    await eventually(() => expect(router.listeners.size).toBe(0));
    await eventually(() =>
      expect(router.lines.filter(({ operationName }) => operationName === 'Watched')).toMatchObject([
        { msg: 'operation', door: 'sse', kind: 'subscription', events: 2, errors: 0, outcome: 'ok' },
      ]),
    );
  });

  it('that is a query or a mutation is one event', async () => {
    for (const [query, data] of [
      ['query Once { item(id: "2") { name } }', { item: { name: 'Item 2' } }],
      ['mutation { restock(id: "2", by: 0) { stock } }', { restock: { stock: 20 } }],
    ] as const) {
      const stream = await openStream(router.url, { query });
      expect(await stream.ended).toBe('ended');
      expect(stream.parts()).toEqual([event({ data }), complete]);
    }
    await eventually(() =>
      expect(router.lines.filter(({ operationName }) => operationName === 'Once')).toMatchObject([
        { door: 'sse', kind: 'query', outcome: 'ok', status: 200 },
      ]),
    );
  });

  it.each([
    ['is not GraphQL', { query: '{' }, 'GRAPHQL_PARSE_FAILED'],
    ['does not fit the schema', { query: 'subscription { nothing }' }, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'has a bad variable',
      { query: 'subscription ($id: ID!) { stockChanged(id: $id) { id } }' },
      'BAD_USER_INPUT',
    ],
    ['a subgraph refuses', { query: 'subscription { refused { id } }' }, 'FORBIDDEN'],
  ])('that %s says so in an event', async (_what, operation, code) => {
    const stream = await openStream(router.url, operation);
    expect(await stream.ended).toBe('ended');
    expect(stream.response.status).toBe(200);
    expect(stream.parts()).toMatchObject([event({ errors: [{ extensions: { code } }] }), complete]);
  });

  it('of a viewer reaches the subgraph as theirs; a bad token is refused before the stream', async () => {
    const authorization = await bearer('user_ada');
    const stream = await openStream(router.url, { query: '{ caller }' }, { headers: { authorization } });
    await stream.ended;
    expect(stream.parts()[0]).toEqual(event({ data: { caller: 'user_ada stock:read' } }));
    const { response } = await openStream(router.url, stockChanged, {
      headers: { authorization: 'Bearer a.b.c' },
    });
    expect(response.status).toBe(401);
    expect(response.headers.get('content-type')).toContain('application/json');
  });

  it('is a stream only where that is of use to a client that takes JSON too', async () => {
    const accept = `application/json, ${sse}`;
    const query = await openStream(router.url, { query: '{ __typename }' }, { headers: { accept } });
    expect(query.response.headers.get('content-type')).toContain('application/json');
    const wrong = await openStream(
      router.url,
      { query: 'subscription ($id: ID!) { stockChanged(id: $id) { id } }' },
      { headers: { accept } },
    );
    expect(wrong.response.headers.get('content-type')).toContain('application/json');
    await wrong.ended;
    expect(JSON.parse(wrong.text())).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    const subscription = await openStream(router.url, stockChanged, { headers: { accept } });
    expect(subscription.response.headers.get('content-type')).toContain(sse);
    subscription.close();
  });
});

describe('a stream by GET', () => {
  it('takes queries and subscriptions with variables', async () => {
    const stream = await openStream(
      router.url,
      {
        query: 'subscription A ($id: ID) { stockChanged(id: $id) { stock } } query B { __typename }',
        operationName: 'A',
        variables: { id: '2' },
      },
      { method: 'GET' },
    );
    await eventually(() => expect(router.listeners.size).toBe(1));
    router.publish('1', 1);
    router.publish('2', 2);
    await eventually(() => expect(stream.parts()).toEqual([event({ data: { stockChanged: { stock: 2 } } })]));
    stream.close();
  });

  it('is refused what another site could ask for, and granted to the EventSource of this one', async () => {
    const none = { 'apollo-require-preflight': '' };
    const get = (headers: Record<string, string>) =>
      openStream(router.url, stockChanged, { method: 'GET', headers: { ...none, ...headers } });
    for (const headers of [{}, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }]) {
      const { response, text, ended } = await get(headers);
      expect(response.status).toBe(400);
      await ended;
      expect(text()).toContain('CSRF');
    }
    const own = await get({ 'sec-fetch-site': 'same-origin' });
    expect(own.response.headers.get('content-type')).toContain(sse);
    own.close();
  });

  it('runs no mutation', async () => {
    const { response } = await openStream(
      router.url,
      { query: 'mutation { restock(id: "1", by: 1) { stock } }' },
      { method: 'GET' },
    );
    expect(response.status).toBe(405);
    expect(
      router.calls.filter(({ query }) => query.startsWith('mutation') && query.includes('by:1')),
    ).toEqual([]);
  });

  it('says what is wrong with its parameters', async () => {
    const response = await fetch(`${router.url}/graphql?query=%7B__typename%7D&variables=%7B`, {
      headers: { accept: sse, 'apollo-require-preflight': '1' },
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('variables');
  });
});

it('a POST of a simple type is refused, as everywhere', async () => {
  const { response, text, ended } = await openStream(router.url, stockChanged, {
    headers: { 'content-type': 'text/plain' },
  });
  await ended;
  expect(response.status).toBe(400);
  expect(text()).toContain('CSRF');
});

describe('a stream that can be resumed', () => {
  const stockLog = {
    query: 'subscription ($after: String) { stockLog(after: $after) { step item { name } } }',
  };
  const logged = (step: number) => ({
    event: 'next',
    id: `c${step}`,
    data: { data: { stockLog: { step, item: { name: 'Item 1' } } } },
  });

  it('has the cursor as its id, and goes on after the last id that a client saw', async () => {
    const before = await openStream(router.url, stockLog);
    await eventually(() => expect(router.log.readers.size).toBe(1));
    const first = router.log.append('1').step;
    router.log.append('1');
    await eventually(() => expect(before.parts()).toEqual([logged(first), logged(first + 1)]));
    before.close();
    await eventually(() => expect(router.log.readers.size).toBe(0));
    router.log.append('1');
    const again = await openStream(router.url, stockLog, { headers: { 'last-event-id': `c${first}` } });
    await eventually(() => expect(again.parts()).toEqual([logged(first + 1), logged(first + 2)]));
    router.log.append('1');
    await eventually(() => expect(again.parts()).toHaveLength(3));
    expect(again.parts().at(-1)).toEqual(logged(first + 3));
    again.close();
  });

  it('prefers the last id to the variable of the first request, which an EventSource cannot change', async () => {
    const { step } = router.log.append('1');
    router.log.append('1');
    const stream = await openStream(
      router.url,
      { ...stockLog, variables: { after: `c${step - 1}` } },
      { headers: { 'last-event-id': `c${step}` } },
    );
    await eventually(() => expect(stream.parts()).toEqual([logged(step + 1)]));
    stream.close();
  });

  it('says that an id is not a cursor', async () => {
    const stream = await openStream(router.url, stockLog, { headers: { 'last-event-id': 'nonsense' } });
    expect(await stream.ended).toBe('ended');
    expect(stream.parts()).toMatchObject([
      event({ errors: [{ extensions: { code: 'CURSOR_INVALID' } }] }),
      complete,
    ]);
  });
});
