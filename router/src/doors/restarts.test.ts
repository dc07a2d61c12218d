import { eventually } from '@meridian/testkit/eventually';
import { freePort } from '@meridian/testkit/free-port';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { Agent, EventSource } from 'undici';
import { afterAll, afterEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type DemoRouter, demoRouter } from '../testing/demo-router.ts';

let router: DemoRouter;
let stop = () => {};
afterAll(() => sameOrigin.close());
afterEach(async () => {
  stop();
  await eventually(() => expect(router.log.readers.size).toBe(0));
  await router.stop();
});

type Result = { data?: unknown; errors?: readonly { extensions?: unknown }[] | undefined };
const query = 'subscription ($after: String) { stockLog(after: $after) { cursor step } }';
const cursorOf = (result: Result) =>
  (result.data as { stockLog?: { cursor: string } } | null | undefined)?.stockLog?.cursor;
const retry = { retryAttempts: Number.POSITIVE_INFINITY, retryWait: async () => {}, retry: async () => {} };

/** What a browser says where page and API have one origin. */
const sameOrigin = new Agent().compose((dispatch) => (options, handler) => {
  const headers = { ...(options.headers as Record<string, string>), 'sec-fetch-site': 'same-origin' };
  return dispatch({ ...options, headers }, handler);
});

/** Each hears what a client of its kind hears, and comes again by itself. */
const clients: Record<string, (url: string, hear: (result: Result) => void) => () => void> = {
  EventSource(url, hear) {
    const search = new URLSearchParams({ query });
    const source = new EventSource(`${url}/graphql?${search}`, {
      node: { dispatcher: sameOrigin, reconnectionTime: 10 },
    });
    source.addEventListener('next', (event) => hear(JSON.parse((event as MessageEvent).data) as Result));
    return () => source.close();
  },
  'graphql-sse'(url, hear) {
    let last: string | undefined;
    const client = createSseClient({
      ...retry,
      url: `${url}/graphql`,
      headers: () => (last === undefined ? {} : { 'last-event-id': last }) as Record<string, string>,
    });
    client.subscribe<Record<string, unknown>>(
      { query },
      {
        next(result) {
          last = cursorOf(result) ?? last;
          hear(result);
        },
        error() {},
        complete() {},
      },
    );
    return () => client.dispose();
  },
  'graphql-ws'(url, hear) {
    const variables: Record<string, unknown> = {};
    const client = createWsClient({
      ...retry,
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      shouldRetry: () => true,
    });
    // The client sends the same object again when it comes again.
    client.subscribe(
      { query, variables },
      {
        next(result) {
          variables['after'] = cursorOf(result) ?? variables['after'];
          hear(result);
        },
        error() {},
        complete() {},
      },
    );
    return () => void client.dispose();
  },
};

it.each(Object.keys(clients))('%s misses nothing when the router restarts', async (name) => {
  const port = await freePort();
  router = await demoRouter({ port });
  const { log, transports, url } = router;
  const heard: Result[] = [];
  stop = clients[name]?.(url, (result) => heard.push(result)) ?? (() => {});
  await eventually(() => expect(log.readers.size).toBe(1));
  log.append('1');
  log.append('1');
  const steps = () =>
    heard.flatMap(({ data }) => (data as { stockLog: { step: number } } | null)?.stockLog.step ?? []);
  await eventually(() => expect(steps()).toEqual([1, 2]));

  await router.stop();
  log.append('1');
  router = { ...(await demoRouter({ port }, { transports })), log };
  await eventually(() => expect(steps()).toEqual([1, 2, 3]));
  log.append('1');
  await eventually(() => expect(steps()).toEqual([1, 2, 3, 4]));
  const errors = heard.flatMap((result) => result.errors ?? []);
  expect(errors).toMatchObject(
    name === 'graphql-ws' ? [] : [{ extensions: { code: 'GOING_AWAY', resumeFrom: 'c2' } }],
  );
});
