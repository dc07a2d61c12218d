import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoRouter, demoRouter } from '../testing/demo-router.ts';

let router: DemoRouter;
beforeAll(async () => {
  router = await demoRouter();
});
afterAll(() => router.stop());

const modern = 'application/graphql-response+json';
const refused: [string, object][] = [
  ['a document that does not parse', { query: '{' }],
  ['a document that is not valid', { query: '{ nothing }' }],
  ['an operation that is not there', { query: '{ __typename }', operationName: 'Missing' }],
  [
    'variables that do not fit',
    { query: 'query ($n: Int!) { items(first: $n) { id } }', variables: { n: 'x' } },
  ],
];

it.each(refused)('%s: 400 as graphql-response+json, 200 as json, no data entry', async (_what, body) => {
  for (const [accept, status] of [
    [modern, 400],
    ['application/json', 200],
    ['*/*', 200],
  ] as const) {
    const response = await router.post(body, { accept });
    const result = (await response.json()) as object;
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toMatch(
      accept === modern ? modern : 'application/json; charset=utf-8',
    );
    expect(result).toHaveProperty('errors');
    expect(result).not.toHaveProperty('data');
  }
});

it('a result with data is 200, whatever errors it carries', async () => {
  const response = await router.post({ query: '{ fail(message: "x") }' }, { accept: modern });
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ data: { fail: null }, errors: [{ path: ['fail'] }] });
});

it.each([[{}], [{ query: 1 }], [{ query: '{ a }', variables: 'x' }], [{ query: '{ a }', extensions: 'x' }]])(
  'a request that is not well-formed is 400: %j',
  async (body) => {
    for (const accept of [modern, 'application/json'])
      expect((await router.post(body, { accept })).status).toBe(400);
  },
);

it('an answer that the client does not accept is 406', async () => {
  expect((await router.post({ query: '{ __typename }' }, { accept: 'image/png' })).status).toBe(406);
});

describe('the audits of the GraphQL over HTTP specification', () => {
  // Our prevention of cross-site requests asks for this header on a GET; the audits do not know of it.
  const fetchFn: typeof fetch = (input, init) =>
    fetch(input, { ...init, headers: { ...init?.headers, 'apollo-require-preflight': 'true' } });
  const audits = serverAudits({ url: () => `${router.url}/graphql`, fetchFn });

  it.each(audits.map((audit) => [audit.name, audit] as const))('%s', async (_name, audit) => {
    const result = await audit.fn();
    expect('reason' in result ? result.reason : 'ok').toBe('ok');
  });

  it('are counted in docs/conformance.md; `npm test -- -u` writes it anew', async () => {
    const count = (level: string) => audits.filter(({ name }) => name.startsWith(`${level} `)).length;
    const levels = ['MUST', 'SHOULD', 'MAY'];
    expect(levels.map(count).reduce((sum, one) => sum + one)).toBe(audits.length);
    const page = `# Conformance

What the router is held to by tests of others, in every run of \`npm test\`.

| GraphQL over HTTP: \`serverAudits\` of \`graphql-http\` | audits | passed |
| --- | --- | --- |
${levels.map((level) => `| ${level} | ${count(level)} | ${count(level)} |`).join('\n')}

Prevention of cross-site requests is on. It refuses a GET that a page could send without a preflight; the audits send
\`apollo-require-preflight: true\`, as clients do that ask by GET.
`;
    await expect(page).toMatchFileSnapshot('../../../docs/conformance.md');
  });
});
