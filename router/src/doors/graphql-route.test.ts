import { eventually } from '@meridian/testkit/eventually';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoRouter, demoRouter } from '../testing/demo-router.ts';
import { jsonOf } from '../testing/json-of.ts';

let router: DemoRouter;
beforeAll(async () => {
  router = await demoRouter({ bodyLimitBytes: 2_000, forwardHeaders: ['accept-language'] });
});
afterAll(() => router.stop());

const json = async (response: Promise<Response>) => {
  const answered = await response;
  return { status: answered.status, headers: answered.headers, body: await jsonOf(answered) };
};
const query = '{ item(id: "1") { id name } }';
const item = { data: { item: { id: '1', name: 'Item 1' } } };

describe('POST /graphql', () => {
  it('answers across subgraphs', async () => {
    const { status, headers, body } = await json(router.post({ query }));
    expect(body).toEqual(item);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('runs mutations', async () => {
    const mutation = 'mutation M($by: Int!) { restock(id: "3", by: $by) { stock name } }';
    const { body } = await json(router.post({ query: mutation, variables: { by: 5 } }));
    expect(body).toEqual({ data: { restock: { stock: 35, name: 'Item 3' } } });
  });

  it('sends a subscription to the WebSocket', async () => {
    const { status, body } = await json(router.post({ query: 'subscription { stockChanged { id } }' }));
    expect(status).toBe(400);
    expect(body.errors[0].message).toContain('WebSocket');
  });

  it.each([
    ['half a JSON', '{"query": "{ item', 400, 'The body is not valid JSON'],
    ['an empty object', '{}', 400, 'POST body missing'],
    ['a batch', '[{"query":"{ __typename }"}]', 400, 'Operation batching disabled'],
    [
      'a body that is too long',
      JSON.stringify({ query: `{ __typename } #${'x'.repeat(2_000)}` }),
      413,
      'too large',
    ],
  ])('refuses %s', async (_what, body, status, message) => {
    const refused = await json(router.post(body, { 'x-correlation-id': `refused-${status}` }));
    expect(refused.headers.get('x-correlation-id')).toBe(`refused-${status}`);
    const logged = () => router.lines.some((line) => line['correlationId'] === `refused-${status}`);
    await eventually(() => expect(logged()).toBe(true));
    expect(refused.status).toBe(status);
    expect(refused.body.errors[0].message).toContain(message);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'refuses %s, which a foreign page could send with a click',
    async (type) => {
      const { status, body } = await json(router.post({ query }, { 'content-type': type }));
      expect(status).toBe(400);
      expect(body.errors[0].message).toContain('CSRF');
    },
  );

  it('takes hostile keys for what they are: keys', async () => {
    const body =
      '{"query":"{ __typename }","__proto__":{"polluted":1},"variables":{"__proto__":{"polluted":1},"constructor":1}}';
    expect((await json(router.post(body))).body).toEqual({ data: { __typename: 'Query' } });
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe('GET /graphql', () => {
  const get = (search: string, headers: Record<string, string> = { 'apollo-require-preflight': '1' }) =>
    json(fetch(`${router.url}/graphql?${search}`, { headers: { accept: 'application/json', ...headers } }));

  it('answers queries', async () => {
    expect((await get(`query=${encodeURIComponent(query)}`)).body).toEqual(item);
  });

  it('refuses mutations', async () => {
    const mutation = encodeURIComponent('mutation { restock(id: "1", by: 1) { id } }');
    const { status, headers } = await get(`query=${mutation}`);
    expect(status).toBe(405);
    expect(headers.get('allow')).toBe('POST');
  });

  it('refuses what a foreign page could send', async () => {
    const { status, body } = await get('query={__typename}', {});
    expect(status).toBe(400);
    expect(body.errors[0].message).toContain('CSRF');
  });
});

it('answers other methods with what it takes', async () => {
  for (const method of ['PUT', 'DELETE', 'PATCH']) {
    const response = await fetch(`${router.url}/graphql`, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST']);
  }
});

it('serves automatic persisted queries', async () => {
  const text = '{ items { id } }';
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  const extensions = { persistedQuery: { version: 1, sha256Hash: Buffer.from(digest).toString('hex') } };
  const unknown = await json(router.post({ extensions }));
  expect(unknown.body.errors[0].extensions.code).toBe('PERSISTED_QUERY_NOT_FOUND');
  const { body } = await json(router.post({ query: text, extensions }));
  expect((await json(router.post({ extensions }))).body).toEqual(body);
});

describe('headers', () => {
  it('a correlation id goes to subgraphs, back to the client and into the log', async () => {
    const { headers } = await json(
      router.post(
        { query: 'query Named { item(id: "1") { id name } }' },
        { 'x-correlation-id': 'my-own-id' },
      ),
    );
    expect(headers.get('x-correlation-id')).toBe('my-own-id');
    const mine = router.calls.filter((call) => call.headers['x-correlation-id'] === 'my-own-id');
    expect(mine.map(({ subgraph }) => subgraph)).toEqual(['stock', 'names']);
    await eventually(() =>
      expect(router.lines.find(({ correlationId }) => correlationId === 'my-own-id')).toMatchObject({
        msg: 'operation',
        door: 'http',
        kind: 'query',
        operationName: 'Named',
        status: 200,
        errors: 0,
        outcome: 'ok',
        durationMs: expect.any(Number),
      }),
    );
  });

  it('are forwarded when they are allowed, and never those of the router itself', async () => {
    await router.post(
      { query },
      {
        'x-correlation-id': 'forwarding',
        'accept-language': 'de',
        cookie: 'a=b',
        'x-meridian-viewer': 'forged',
        'x-deadline': '1',
      },
    );
    const call = router.calls.find(({ headers }) => headers['x-correlation-id'] === 'forwarding');
    expect(call?.headers).toEqual({
      'x-correlation-id': 'forwarding',
      'accept-language': 'de',
      'x-deadline': expect.stringMatching(/^\d{13}$/),
      traceparent: expect.stringMatching(/^00-[\da-f]{32}-[\da-f]{16}-00$/),
    });
  });

  it('of a bad token are answered with 401 before anything runs', async () => {
    const before = router.calls.length;
    const { status, headers, body } = await json(router.post({ query }, { authorization: 'Bearer a.b.c' }));
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toContain('Bearer');
    expect(body.errors[0].extensions.code).toBe('UNAUTHENTICATED');
    expect(router.calls.length).toBe(before);
  });
});

it('counts the errors of an operation once, by either lane', async () => {
  const failing = {
    query: 'query Failing { a: fail(message: "x") b: fail(message: "y") item(id: "1") { id } }',
  };
  for (let n = 0; n < 2; n++) await (await router.post(failing)).text();
  await (await router.post({ query: 'query Failing { nothing }' })).text();
  const logged = () =>
    router.lines.filter(({ msg, operationName }) => msg === 'operation' && operationName === 'Failing');
  await eventually(() => expect(logged()).toHaveLength(3));
  expect(logged()).toMatchObject([
    { errors: 2, outcome: 'partial', kind: 'query' },
    { errors: 2, outcome: 'partial', kind: 'query' },
    { errors: 1, outcome: 'error', kind: 'unknown' },
  ]);
});

it('never logs the text of an operation or its variables', async () => {
  const secret = 'query Secret($id: ID!) { item(id: $id) { id } other: item(id: "literal-secret") { id } }';
  await router.post({ query: secret, variables: { id: 'variable-secret' } });
  await eventually(() =>
    expect(router.lines.some(({ operationName }) => operationName === 'Secret')).toBe(true),
  );
  expect(JSON.stringify(router.lines)).not.toContain('-secret');
});

it('tells subgraphs when the client of a query hangs up', async () => {
  const controller = new AbortController();
  const asked = fetch(`${router.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ slow }' }),
    signal: controller.signal,
  });
  const before = router.signals.size;
  await eventually(() => expect(router.signals.size).toBe(before + 1));
  controller.abort();
  await expect(asked).rejects.toThrow();
  await eventually(() => expect([...router.signals].at(-1)?.aborted).toBe(true));
});
