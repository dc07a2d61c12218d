import { expect, it } from 'vitest';
import { createBulkhead } from './bulkhead.ts';
import { CallRefused } from './failure.ts';

const never = new AbortController().signal;

/** Enters, and notes when it may go ahead. */
function visitor(bulkhead: ReturnType<typeof createBulkhead>, name: string, log: string[], signal = never) {
  const turn = bulkhead.enter(signal);
  if (!turn) log.push(name);
  return turn?.then(() => void log.push(name));
}

it('lets so many in at once, so many wait in order, and refuses the rest', async () => {
  const bulkhead = createBulkhead({ concurrency: 2, queue: 2 });
  const log: string[] = [];
  visitor(bulkhead, 'a', log);
  visitor(bulkhead, 'b', log);
  const waiting = [visitor(bulkhead, 'c', log), visitor(bulkhead, 'd', log)];
  expect(log).toEqual(['a', 'b']);
  expect(() => bulkhead.enter(never)).toThrow(CallRefused);

  bulkhead.leave();
  visitor(bulkhead, 'newcomer', log);
  await waiting[0];
  expect(log).toEqual(['a', 'b', 'c']);
  bulkhead.leave();
  bulkhead.leave();
  await waiting[1];
  expect(log.slice(3)).toEqual(expect.arrayContaining(['d', 'newcomer']));
});

it('frees the place in the queue of one who gives up, at once', async () => {
  const bulkhead = createBulkhead({ concurrency: 1, queue: 1 });
  const log: string[] = [];
  visitor(bulkhead, 'a', log);
  const controller = new AbortController();
  const impatient = visitor(bulkhead, 'b', log, controller.signal);
  controller.abort(new Error('gave up'));
  await expect(impatient).rejects.toThrow('gave up');
  const patient = visitor(bulkhead, 'c', log);
  bulkhead.leave();
  await patient;
  expect(log).toEqual(['a', 'c']);
  expect(() => bulkhead.enter(AbortSignal.abort(new Error('too late')))).toThrow('too late');
});
