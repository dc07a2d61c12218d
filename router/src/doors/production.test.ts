import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoRouter, demoRouter, demoSupergraph } from '../testing/demo-router.ts';
import { jsonOf } from '../testing/json-of.ts';

const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const introspection = { query: '{ __schema { queryType { name } } }' };

describe('in production', () => {
  let router: DemoRouter;
  beforeAll(async () => {
    router = await demoRouter({ production: true });
  });
  afterAll(() => router.stop());

  it('has no landing page, explorer or index', async () => {
    for (const path of ['/explorer', '/'])
      expect((await fetch(router.url + path, { headers: browser })).status).toBe(404);
    const graphql = await fetch(`${router.url}/graphql`, { headers: browser });
    expect(graphql.status).toBe(400);
    expect(graphql.headers.get('content-type')).toContain('json');
  });

  it('hides the schema', async () => {
    const { errors, data } = await jsonOf(await router.post(introspection));
    expect(data).toBeUndefined();
    expect(errors[0].extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(await (await router.post({ query: '{ __typename }' })).json()).toEqual({
      data: { __typename: 'Query' },
    });
  });

  it('masks unexpected errors and lets expected ones pass', async () => {
    const query = '{ a: fail(message: "secret") b: fail(code: "NOT_FOUND", message: "no such thing") }';
    const response = await router.post({ query }, { 'x-correlation-id': 'quote-this' });
    const { errors } = await jsonOf(response);
    expect(errors).toMatchObject([
      {
        message: 'Internal server error',
        path: ['a'],
        extensions: { code: 'INTERNAL_SERVER_ERROR', correlationId: 'quote-this' },
      },
      { message: 'no such thing', path: ['b'], extensions: { code: 'NOT_FOUND' } },
    ]);
    expect(JSON.stringify(errors)).not.toMatch(/stack|secret/);
  });

  it('says whose a failure is and whether a retry could help, and nothing else of what happened', async () => {
    const { errors } = await jsonOf(
      await router.post({ query: '{ fail(code: "P2002", message: "secret") }' }),
    );
    expect(errors[0].extensions).toEqual({
      code: 'INTERNAL_SERVER_ERROR',
      subgraph: 'stock',
      retryable: false,
      correlationId: expect.any(String),
    });
  });

  it('says no more of what cannot be planned than that', async () => {
    const ghosts = demoSupergraph()
      .replace(
        'type Query',
        `type Ghost @join__type(graph: STOCK) @join__type(graph: NAMES) { id: ID!  boo: Int @join__field(graph: NAMES) }
         type Query`,
      )
      .replace(/^ {2}caller: /m, '  ghost: Ghost @join__field(graph: STOCK)\n$&');
    await router.reload({ supergraphSdl: ghosts, transports: router.transports });
    const response = await router.post({ query: '{ ghost { boo } }' });
    expect(await response.json()).toEqual({
      errors: [
        {
          message: 'No way was found to answer this',
          extensions: { code: 'QUERY_PLANNING_FAILED', retryable: false },
        },
      ],
    });
    expect(router.lines).toContainEqual(
      expect.objectContaining({
        code: 'QUERY_PLANNING_FAILED',
        reason: expect.stringMatching(/^This operation cannot be planned: .*boo/),
      }),
    );
  });

  it('says the same over WebSocket', async () => {
    const client = router.socket();
    for await (const { errors } of client.iterate({ query: '{ fail(message: "secret") }' }))
      expect(errors).toMatchObject([
        { message: 'Internal server error', extensions: { correlationId: expect.any(String) } },
      ]);
    const refused = client.iterate(introspection).next();
    await expect(refused).rejects.toMatchObject({ 0: { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } } });
    await client.dispose();
  });
});

describe('in development', () => {
  let router: DemoRouter;
  beforeAll(async () => {
    router = await demoRouter();
  });
  afterAll(() => router.stop());

  it('shows Apollo Sandbox for this endpoint to a browser', async () => {
    const html = await (await fetch(`${router.url}/graphql`, { headers: browser })).text();
    expect(html).toContain('new window.EmbeddedSandbox');
    expect(html).toContain('initialEndpoint = window.location.href');
  });

  it('has an index that names what there is', async () => {
    const html = await (await fetch(`${router.url}/`)).text();
    for (const path of ['/graphql', '/explorer', '/health', '/metrics'])
      expect(html).toContain(`href="${path}"`);
  });

  it('shows messages, but no stack traces', async () => {
    const { errors } = await jsonOf(await router.post({ query: '{ fail(message: "what happened") }' }));
    expect(errors[0].message).toBe('what happened');
    expect(JSON.stringify(errors)).not.toContain('stack');
  });
});
