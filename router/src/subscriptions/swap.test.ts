import type { SubgraphTransport } from '@meridian/kernel/transport';
import { eventually } from '@meridian/testkit/eventually';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DemoRouter, demoRouter, demoSupergraph } from '../testing/demo-router.ts';

let router: DemoRouter;
let client: ReturnType<DemoRouter['socket']>;
beforeEach(async () => {
  router = await demoRouter();
  client = router.socket();
});
afterEach(async () => {
  await client.dispose();
  await router.stop();
});

const query = 'subscription { stockLog { cursor item { name } } }';

/** The demo's supergraph without a field or argument, by what stands in its text. */
const without = (text: string | RegExp) => {
  const changed = demoSupergraph().replace(text, '');
  expect(changed).not.toBe(demoSupergraph());
  return changed;
};

/** The same subgraphs reached in another way, which notes what is asked of them. */
function moved(): Record<string, SubgraphTransport> {
  return Object.fromEntries(
    Object.entries(router.transports).map(([name, transport]) => [name, { ...transport }]),
  );
}

async function subscribe(text = query) {
  const events = client.iterate<any>({ query: text });
  const first = events.next();
  await eventually(() => expect(router.log.readers.size).toBe(1));
  return { events, first };
}

const streams = () => router.calls.filter((call) => call.query.startsWith('subscription'));

describe('an open subscription, when another supergraph is served', () => {
  it('goes on with the new plan by the same upstream, where that would be the same', async () => {
    const { events, first } = await subscribe();
    await router.reload({
      supergraphSdl: without(/^ {2}askedBy: String.*\n/m),
      transports: router.transports,
    });
    router.log.append('1');
    expect((await first).value.data.stockLog).toEqual({ cursor: 'c1', item: { name: 'Item 1' } });
    expect(streams()).toHaveLength(1);
    await events.return?.();
  });

  it('moves to where its subgraph is now, after its last event, under events that never stop', async () => {
    const { events, first } = await subscribe();
    const seen: string[] = [];
    let isOver = false;
    const writer = (async () => {
      // Always some more than are read, and no more than are held for who reads.
      for (let written = 0; !isOver; await new Promise(setImmediate))
        if (written < seen.length + 20) {
          router.log.append('1');
          written++;
        }
    })();
    try {
      seen.push((await first).value.data.stockLog.cursor);
      for (let swap = 0; swap < 5; swap++) {
        await router.reload({ supergraphSdl: demoSupergraph(), transports: moved() });
        for (let n = 0; n < 5; n++) seen.push((await events.next()).value.data.stockLog.cursor);
      }
    } finally {
      isOver = true;
      await writer;
    }
    expect(seen).toEqual(seen.map((_, index) => `c${index + 1}`));
    // The last move may still be under way: what is read comes from before it, too.
    await eventually(() => {
      expect(streams()).toHaveLength(6);
      return expect(router.log.readers.size).toBe(1);
    });
    await events.return?.();
  });

  it('ends with an error that names why, when it is no longer valid', async () => {
    const { first } = await subscribe();
    const supergraphSdl = without(/^ {2}name: String.*\n/m);
    await router.reload({ supergraphSdl, transports: router.transports });
    await expect(first).rejects.toMatchObject([
      {
        message: expect.stringContaining('Cannot query field "name" on type "Item".'),
        extensions: {
          code: 'SUBSCRIPTION_INVALIDATED',
          errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
        },
      },
    ]);
    await eventually(() => expect(router.log.readers.size).toBe(0));
  });

  it('stays as it was when the new supergraph does not load', async () => {
    const { events, first } = await subscribe();
    await expect(
      router.reload({ supergraphSdl: 'type Query { a: Int }', transports: router.transports }),
    ).rejects.toThrow();
    router.log.append('1');
    expect((await first).value.data.stockLog.cursor).toBe('c1');
    await events.return?.();
  });
});
