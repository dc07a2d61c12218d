import { eventually } from '@meridian/testkit/eventually';
import { expect, it } from 'vitest';
import type { CallContext } from './call.ts';
import { jointContext } from './joint-context.ts';

/** The joint context of these, and who gives up, in order. */
function joint(...contexts: Partial<CallContext>[]) {
  const gone: { position: number; reason: unknown }[] = [];
  const all = Promise.withResolvers<void>();
  const { context, release } = jointContext(
    contexts.map((context) => ({ headers: {}, ...context })),
    (position, reason) => {
      gone.push({ position, reason });
      if (gone.length === contexts.length) all.resolve();
    },
  );
  return { context, release, gone, all: all.promise };
}

it('dismisses each at a deadline of its own, and leaves the latest to the call', async () => {
  const now = Date.now();
  const { context, gone, release } = joint(
    { deadline: now + 20 },
    { deadline: now + 5 },
    { deadline: now + 60_000 },
  );
  expect(context.deadline).toBe(now + 60_000);
  await eventually(() => expect(gone).toHaveLength(2));
  release();
  // On a busy machine both are late by the time that somebody looks.
  expect(gone.toSorted((a, b) => a.position - b.position)).toMatchObject([
    { position: 0, reason: { failure: 'timeout' } },
    { position: 1, reason: { failure: 'timeout' } },
  ]);
  expect(context.signal?.aborted).toBe(false);
});

it('has no deadline where one of them has none', () => {
  const { context, release } = joint({ deadline: Date.now() + 60_000 }, {});
  expect(context.deadline).toBeUndefined();
  release();
});

it('is aborted from the beginning when all have hung up already', () => {
  const signal = AbortSignal.abort('gone');
  const { context, gone } = joint({ signal }, { signal });
  expect(context.signal?.aborted).toBe(true);
  expect(gone).toEqual([
    { position: 0, reason: 'gone' },
    { position: 1, reason: 'gone' },
  ]);
});

it('is not aborted while somebody waits who cannot hang up', () => {
  const { context, gone } = joint({ signal: AbortSignal.abort('gone') }, {});
  expect(context.signal?.aborted).toBe(false);
  expect(gone).toHaveLength(1);
});

it('listens to nobody once it is released', () => {
  const caller = new AbortController();
  const { gone, release, context } = joint({ signal: caller.signal }, { signal: caller.signal });
  release();
  caller.abort();
  expect(gone).toEqual([]);
  expect(context.signal?.aborted).toBe(false);
});
