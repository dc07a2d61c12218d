import { eventually } from '@meridian/testkit/eventually';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type DemoRouter, demoRouter } from '../../testing/demo-router.ts';
import { multipart, openStream } from '../../testing/open-stream.ts';

let router: DemoRouter;
beforeAll(async () => {
  router = await demoRouter();
});
afterEach(() => eventually(() => expect(router.listeners.size).toBe(0)));
afterAll(() => router.stop());

const open = (query: string, accept = multipart) => openStream(router.url, { query }, { accept });

it('a subscription is a part for each event, until the client hangs up', async () => {
  const stream = await open('subscription { stockChanged(id: "1") { stock name } }');
  expect(stream.response.status).toBe(200);
  expect(stream.response.headers.get('content-type')).toBe(
    'multipart/mixed;boundary="graphql";subscriptionSpec="1.0"',
  );
  await eventually(() => expect(router.listeners.size).toBe(1));
  for (const level of [1, 2]) router.publish('1', level);
  const parts = [1, 2].map((stock) => ({
    data: { payload: { data: { stockChanged: { stock, name: 'Item 1' } } } },
  }));
  await eventually(() => expect(stream.parts()).toEqual(parts));
  expect(stream.text()).toMatch(
    /^\r\n--graphql\r\ncontent-type: application\/json\r\n\r\n{"payload":.*}\r\n--graphql\r\n/,
  );
  stream.close();
});

it('ends with the closing boundary', async () => {
  const stream = await open('query { item(id: "1") { name } }');
  expect(await stream.ended).toBe('ended');
  expect(stream.parts()).toEqual([{ data: { payload: { data: { item: { name: 'Item 1' } } } } }]);
  expect(stream.text().endsWith('\r\n--graphql--\r\n')).toBe(true);
});

it('errors before the stream are JSON for a client that takes it, else a part', async () => {
  const part = await open('subscription { nothing }');
  await part.ended;
  expect(part.parts()).toMatchObject([
    { data: { payload: { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] } } },
  ]);
  const json = await open('subscription { nothing }', `${multipart}, application/graphql-response+json`);
  await json.ended;
  expect(json.response.status).toBe(400);
  expect(JSON.parse(json.text())).toMatchObject({
    errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
  });
});

it('is no protocol for clients that ask for another one of parts', async () => {
  const { response } = await open('{ __typename }', 'multipart/mixed;deferSpec=20220824');
  expect(response.status).toBe(406);
});
