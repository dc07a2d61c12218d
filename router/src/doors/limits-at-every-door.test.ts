import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultOperationLimits } from '../engine/limits/limits.ts';
import { type DemoRouter, demoRouter } from '../testing/demo-router.ts';
import { jsonOf } from '../testing/json-of.ts';
import { multipart, openStream, sse } from '../testing/open-stream.ts';

/*
 * Limits that hold over HTTP and not over WebSockets were a hole in another router (CVE-2026-30241). Here each operation
 * passes each limit but one, at each door.
 */
const limits = {
  ...defaultOperationLimits,
  ...{ bytes: 1_000, tokens: 100, depth: 6, aliases: 3, rootFields: 4, directives: 3 },
  ...{ directivesAtOnePlace: 2, selections: 40, introspectionDepth: 1 },
};
let router: DemoRouter;
beforeAll(async () => {
  router = await demoRouter({ limits });
});
afterAll(() => router.stop());

const many = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');

const subscription = (selection: string) => `subscription { stockChanged { id ${selection} } }`;
const tooMuch: [limit: string, query: string][] = [
  ['bytes', subscription(`# ${'x'.repeat(1_000)}\n`)],
  ['tokens', subscription(many(101, () => 'id'))],
  ['depth', subscription(`${many(8, () => '... {')} id ${many(8, () => '}')}`)],
  ['aliases', subscription(many(4, (index) => `a${index}: id`))],
  ['rootFields', `{ ${many(5, () => '__typename')} }`],
  ['directives', subscription(many(4, () => 'id @include(if: true)'))],
  ['directivesAtOnePlace', subscription('id @include(if: true) @skip(if: false) @include(if: true)')],
  [
    'selections',
    `${subscription('...A')} fragment A on Item { ...B ...B ...B } fragment B on Item { ...C ...C ...C } fragment C on Item { id id id id }`,
  ],
  ['introspectionDepth', '{ __type(name: "Item") { fields { type { fields { type { name } } } } } }'],
];

type Answer = { errors: { message: string; extensions: { code: string } }[] };
const first = async (stream: Awaited<ReturnType<typeof openStream>>) => {
  await stream.ended;
  return stream.parts()[0]?.data;
};
const doors: Record<string, (query: string) => Promise<Answer>> = {
  HTTP: async (query) => jsonOf(await router.post({ query })),
  async WebSocket(query) {
    const client = router.socket();
    const errors = await client
      .iterate({ query })
      .next()
      .then(
        ({ value }) => value?.errors,
        (refused: unknown) => refused,
      );
    await client.dispose();
    return { errors } as Answer;
  },
  SSE: async (query) => (await first(await openStream(router.url, { query }))) as Answer,
  multipart: async (query) =>
    ((await first(await openStream(router.url, { query }, { accept: multipart }))) as { payload: Answer })
      .payload,
  'SSE by GET': async (query) =>
    (await first(await openStream(router.url, { query }, { accept: sse, method: 'GET' }))) as Answer,
};

describe.each(Object.keys(doors))('the limits of operations hold at %s:', (door) => {
  it.each(tooMuch)('%s', async (_limit, query) => {
    const answer = await doors[door]?.(query);
    const expected = await doors['HTTP']?.(query);
    expect(answer?.errors[0]?.extensions.code).toMatch(/GRAPHQL_(VALIDATION|PARSE)_FAILED/);
    expect(answer?.errors[0]?.message).toMatch(/limit|most|allowed|many|long|deep/i);
    expect(answer?.errors).toEqual(expected?.errors);
    expect(router.calls).toEqual([]);
  });
});
