import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { eventually } from '@meridian/testkit/eventually';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { routerDefaults } from '../../config.ts';
import { type DemoRouter, demoRouter } from '../../testing/demo-router.ts';
import { multipart, openStream, partsIn, type StreamPart, sse } from '../../testing/open-stream.ts';

let router: DemoRouter;
beforeEach(async () => {
  router = await demoRouter({ drainMs: 60_000, live: { ...routerDefaults.live, maxQueuedEvents: 3 } });
});
afterEach(async () => {
  await eventually(() => {
    expect(router.listeners.size).toBe(0);
    return expect(router.log.readers.size).toBe(0);
  });
  await router.stop();
});

/** A client whose socket is not read until it is told to. */
async function sleepingClient(query: string, accept: string) {
  const headers = { accept, 'content-type': 'application/json' };
  const sent = request(`${router.url}/graphql`, { method: 'POST', headers, agent: false });
  sent.end(JSON.stringify({ query }));
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  return {
    wake: () => response.setEncoding('utf8').on('data', (chunk) => (text += chunk)),
    /** The results, without what frames them. */
    results: () => partsIn(text, accept).map(resultOf),
    ended: new Promise((resolve) => response.once('end', resolve)),
    leave: () => sent.destroy(),
  };
}

const resultOf = ({ data }: StreamPart): any => {
  const { payload, ...rest } = (data ?? {}) as { payload?: unknown };
  return payload ?? rest;
};

describe.each([sse, multipart])('a client that does not read %s', (accept) => {
  const padding = 'padding(length: 1000000)';

  it('leaves out the oldest events of a stream without cursors, and holds up nobody', async () => {
    const slow = await sleepingClient(`subscription { stockChanged(id: "1") { stock ${padding} } }`, accept);
    const quick = await openStream(
      router.url,
      { query: 'subscription { stockChanged(id: "1") { stock } }' },
      { accept },
    );
    await eventually(() => expect(router.listeners.size).toBe(2));
    for (let level = 1; level <= 25; level++) {
      router.publish('1', level);
      await eventually(() => expect(quick.parts()).toHaveLength(level));
    }
    slow.wake();
    const levels = () => slow.results().map(({ data, errors }) => data?.stockChanged.stock ?? errors);
    await eventually(() => expect(levels().at(-1)).toBe(25));
    const gap = levels().findIndex((level) => typeof level !== 'number');
    const [{ extensions }] = levels()[gap];
    expect(extensions).toEqual({ code: 'EVENTS_MISSED', missed: expect.any(Number) });
    expect(levels()[gap + 1]).toBe(levels()[gap - 1] + extensions.missed + 1);
    slow.leave();
    quick.close();
  });

  it('is sent away from a stream with cursors, and told where to resume', async () => {
    const slow = await sleepingClient(`subscription { stockLog { step item { ${padding} } } }`, accept);
    await eventually(() => expect(router.log.readers.size).toBe(1));
    for (let step = 1; step <= 25; step++) {
      router.log.append('1');
      const joins = () => router.calls.filter(({ subgraph }) => subgraph === 'names').length;
      if (router.log.readers.size > 0)
        await eventually(() => expect(router.log.readers.size === 0 || joins() === step).toBe(true));
    }
    await eventually(() => expect(router.log.readers.size).toBe(0));
    slow.wake();
    await slow.ended;
    const results = slow.results().filter(({ data, errors }) => data ?? errors);
    const steps = results.flatMap(({ data }) => data?.stockLog.step ?? []);
    expect(steps).toEqual(Array.from({ length: steps.length }, (_, index) => index + 1));
    expect(results.at(-1).errors).toMatchObject([
      { extensions: { code: 'SLOW_CONSUMER', resumeFrom: `c${steps.length}` } },
    ]);
  });
});

it('a client that wakes up while the router stops gets the rest, and why it ends', async () => {
  const leaving = router;
  const slow = await sleepingClient(
    'subscription { stockChanged(id: "1") { padding(length: 9000000) } }',
    sse,
  );
  await eventually(() => expect(leaving.listeners.size).toBe(1));
  leaving.publish('1', 1);
  const metrics = async () => (await fetch(`${leaving.url}/metrics`)).text();
  await eventually(async () => expect(await metrics()).toMatch(/subscription_events_total\S* 1\n/));
  const stopped = leaving.stop();
  const status = () =>
    fetch(`${leaving.url}/health/live`).then(
      (answer) => answer.status,
      () => 'not there',
    );
  await eventually(async () => expect(await status()).not.toBe(200));
  slow.wake();
  await stopped;
  await slow.ended;
  expect(slow.results().at(-1)).toMatchObject({ errors: [{ extensions: { code: 'GOING_AWAY' } }] });
});
