import { type EventQueue, eventQueue } from '@meridian/kernel/event-queue';
import { createLogger } from '@meridian/kernel/logger';
import type { SubgraphRequest, SubgraphResponse, SubgraphTransport } from '@meridian/kernel/transport';
import { describe, expect, it } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { createHub, type Source } from './hub.ts';

const source: Source = {
  subgraph: 'stock',
  query: 'subscription { a }',
  operationName: undefined,
  variables: {},
  identity: 'ada',
  headers: async () => ({}),
};

/** A transport whose streams the test feeds by hand. */
function handFed() {
  const opened: { request: SubgraphRequest; queue: EventQueue<SubgraphResponse> }[] = [];
  const open = new Set<EventQueue<SubgraphResponse>>();
  const transport: SubgraphTransport = {
    execute: async () => ({}),
    subscribe(request) {
      const queue: EventQueue<SubgraphResponse> = eventQueue<SubgraphResponse>({
        onClose: () => open.delete(queue),
      });
      request.signal?.addEventListener('abort', () => queue.end());
      open.add(queue);
      opened.push({ request, queue });
      return queue.stream;
    },
    close: async () => {},
  };
  return { transport, opened, open };
}

function hubOn({ transport }: { transport: SubgraphTransport }, options = {}) {
  const waits: number[] = [];
  const counts: number[] = [];
  const hub = createHub({
    transportOf: (subgraph) => (subgraph === 'stock' ? transport : undefined),
    logger: createLogger('test', 'silent'),
    capacity: 10,
    wait: async (failures) => void waits.push(failures),
    onCount: (count) => counts.push(count),
    ...options,
  });
  return { hub, waits, counts };
}

const event = (n: number): SubgraphResponse => ({ data: { n } });

describe('the hub', () => {
  it('opens one upstream for readers of the same source, whatever the order of their variables', async () => {
    const fed = handFed();
    const { hub, counts } = hubOn(fed);
    const a = hub.subscribe({ ...source, variables: { x: { b: 1, c: [2] }, y: 3 } });
    const b = hub.subscribe({ ...source, variables: { y: 3, x: { c: [2], b: 1 } } });
    await eventually(() => expect(fed.open.size).toBe(1));
    fed.opened[0]?.queue.push(event(1));
    expect(await a.next()).toEqual({ done: false, value: event(1) });
    expect(await b.next()).toEqual({ done: false, value: event(1) });
    await a.return?.();
    expect(fed.open.size).toBe(1);
    await b.return?.();
    await eventually(() => expect(fed.open.size).toBe(0));
    expect(counts.at(0)).toBe(1);
    expect(counts.at(-1)).toBe(0);
  });

  it.each([
    ['another viewer', { identity: 'bob' }],
    ['another operation', { query: 'subscription { b }' }],
    ['another operation name', { operationName: 'B' }],
    ['other variables', { variables: { x: 1 } }],
  ])('opens another upstream for %s', async (_what, difference) => {
    const fed = handFed();
    const { hub } = hubOn(fed);
    hub.subscribe(source);
    hub.subscribe({ ...source, ...difference });
    await eventually(() => expect(fed.open.size).toBe(2));
    hub.close();
    await eventually(() => expect(fed.open.size).toBe(0));
  });

  it('comes again with fresh headers when the connection drops, and keeps its readers', async () => {
    const fed = handFed();
    const { hub, waits } = hubOn(fed);
    let token = 0;
    const reader = hub.subscribe({ ...source, headers: async () => ({ 'x-token': String(++token) }) });
    await eventually(() => expect(fed.opened).toHaveLength(1));
    fed.opened[0]?.queue.end(new Error('lost'));
    await eventually(() => expect(fed.opened).toHaveLength(2));
    fed.opened[1]?.queue.end(new Error('lost again'));
    await eventually(() => expect(fed.opened).toHaveLength(3));
    fed.opened[2]?.queue.push(event(7));
    expect(await reader.next()).toEqual({ done: false, value: event(7) });
    expect(fed.opened.map(({ request }) => request.headers['x-token'])).toEqual(['1', '2', '3']);
    expect(waits).toEqual([0, 1]);
    await reader.return?.();
    await eventually(() => expect(fed.open.size).toBe(0));
  });

  it('ends its readers when the subgraph completes, and starts anew for the next one', async () => {
    const fed = handFed();
    const { hub } = hubOn(fed);
    const reader = hub.subscribe(source);
    await eventually(() => expect(fed.opened).toHaveLength(1));
    fed.opened[0]?.queue.push(event(1));
    fed.opened[0]?.queue.end();
    expect(await reader.next()).toEqual({ done: false, value: event(1) });
    expect(await reader.next()).toMatchObject({ done: true });
    const again = hub.subscribe(source);
    await eventually(() => expect(fed.opened).toHaveLength(2));
    await again.return?.();
  });

  it('closes a reader that does not keep up, and serves the others all the while', async () => {
    const fed = handFed();
    const { hub } = hubOn(fed, { capacity: 3 });
    const slow = hub.subscribe(source);
    const quick = hub.subscribe(source);
    await eventually(() => expect(fed.opened).toHaveLength(1));
    for (let n = 1; n <= 100; n++) {
      fed.opened[0]?.queue.push(event(n));
      expect(await quick.next()).toEqual({ done: false, value: event(n) });
    }
    await expect(slow.next()).rejects.toThrow('fell more than 3 events behind');
    expect(await slow.next()).toMatchObject({ done: true });
    expect(fed.open.size).toBe(1);
    await quick.return?.();
  });
});
