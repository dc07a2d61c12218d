import { type EventQueue, eventQueue } from '@meridian/kernel/event-queue';
import { expect, it, vi } from 'vitest';
import type { PreparedSubscription, RequestContext, Result } from '../engine/engine.ts';
import { eventually } from '../testing/eventually.ts';
import { subscribeOperation } from './subscribe-operation.ts';

/** An operation whose joins the test settles one by one. */
function open({ joinsAtOnce = 3 } = {}) {
  const joins: { n: unknown; context: RequestContext; finish: () => void }[] = [];
  const onClose = vi.fn();
  const queue: EventQueue<Result> = eventQueue<Result>({ onClose, capacity: 100 });
  let contexts = 0;
  const operation: PreparedSubscription = {
    kind: 'subscription',
    coerce: () => ({ variables: {} }),
    hold: () => () => {},
    source: () => ({
      subgraph: 'stock',
      query: 'subscription { n }',
      operationName: undefined,
      variables: {},
    }),
    join: (event, _variables, context) =>
      new Promise((resolve) => joins.push({ n: event.data?.['n'], context, finish: () => resolve(event) })),
  };
  const stream = subscribeOperation({
    operation,
    variables: {},
    hub: { subscribe: () => queue.stream, close: () => {} },
    identity: 'ada',
    headers: async () => ({}),
    context: async () => ({ headers: { 'x-token': String(++contexts) }, correlationId: 'abcdefgh' }),
    joinsAtOnce,
  });
  return { stream, queue, joins, onClose, push: (n: number) => queue.push({ data: { n } }) };
}

it('joins several events at once and keeps their order', async () => {
  const { stream, queue, joins, push } = open();
  for (const n of [1, 2, 3, 4]) push(n);
  const first = stream.next();
  await eventually(() => expect(joins.map(({ n }) => n)).toEqual([1, 2, 3]));
  joins[2]?.finish();
  joins[1]?.finish();
  joins[0]?.finish();
  expect(await first).toMatchObject({ value: { data: { n: 1 } } });
  expect(await stream.next()).toMatchObject({ value: { data: { n: 2 } } });
  expect(await stream.next()).toMatchObject({ value: { data: { n: 3 } } });
  queue.end();
  const last = stream.next();
  await eventually(() => expect(joins).toHaveLength(4));
  joins[3]?.finish();
  expect(await last).toMatchObject({ value: { data: { n: 4 } } });
  expect(await stream.next()).toMatchObject({ done: true });
});

it('makes a context of its own for each event', async () => {
  const { stream, joins, push } = open();
  push(1);
  push(2);
  void stream.next();
  await eventually(() => expect(joins.map(({ context }) => context.headers['x-token'])).toEqual(['1', '2']));
});

it('sends a frame as soon as it is ready, though no other event comes', async () => {
  const { stream, joins, push } = open();
  push(1);
  const frame = stream.next();
  await eventually(() => expect(joins).toHaveLength(1));
  joins[0]?.finish();
  expect(await frame).toMatchObject({ value: { data: { n: 1 } } });
});

it('ends its source when it is returned while it waits for an event', async () => {
  const { stream, onClose } = open();
  const waiting = stream.next();
  await stream.return?.();
  expect(await waiting).toMatchObject({ done: true });
  expect(onClose).toHaveBeenCalledOnce();
});

it('passes on that its reader was too slow', async () => {
  const { stream, queue } = open();
  queue.end(new Error('too slow'));
  await expect(stream.next()).rejects.toThrow('too slow');
});
