import { expect, test, vi } from 'vitest';
import { wakeLoop } from './wake-loop.ts';

test('work runs once at a time, and once more for all who woke it meanwhile', async () => {
  const gates: PromiseWithResolvers<void>[] = [];
  const loop = wakeLoop(
    () => {
      const gate = Promise.withResolvers<void>();
      gates.push(gate);
      return gate.promise;
    },
    () => {},
  );
  loop.wake();
  loop.wake();
  loop.wake();
  expect(gates).toHaveLength(1);
  gates[0]?.resolve();
  await vi.waitFor(() => expect(gates).toHaveLength(2));
  gates[1]?.resolve();
  await loop.stop();
  loop.wake();
  expect(gates).toHaveLength(2);
});

test('work that fails is reported and tried again; a sooner wake-up replaces a later one', async () => {
  const errors: unknown[] = [];
  let runs = 0;
  const loop = wakeLoop(
    async () => {
      if (++runs === 1) throw new Error('first');
    },
    (error) => errors.push(error),
    1,
  );
  loop.wakeIn(60_000);
  loop.wakeIn(1);
  await vi.waitFor(() => expect(runs).toBe(2));
  expect(errors).toEqual([new Error('first')]);
  loop.wakeIn(60_000);
  await loop.stop();
});

test('stopping waits for the work under way', async () => {
  const gate = Promise.withResolvers<void>();
  let done = false;
  const loop = wakeLoop(
    async (isStopped) => {
      await gate.promise;
      done = isStopped();
    },
    () => {},
  );
  loop.wake();
  const stopping = loop.stop();
  gate.resolve();
  await stopping;
  expect(done).toBe(true);
});
