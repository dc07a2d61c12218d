import { Worker } from 'node:worker_threads';
import type { RequestErrors } from '../request-errors.ts';
import type { PlannerOptions } from './plan-operation.ts';
import type { Planned, Planning, PlanRequest } from './planning.ts';
import { type PlanningPolicy, refusals } from './policy.ts';

type Answer = Planned | RequestErrors;
type Job = { request: PlanRequest; answer: (answer: Answer) => void; patience: NodeJS.Timeout };
type Slot = { worker: Worker; ready: boolean; job: Job | undefined; timer: NodeJS.Timeout | undefined };

/** A worker that dies before it is ready is replaced after this, so that one that cannot start does not spin. */
const restartMs = 1_000;

/**
 * Plans in worker threads. One that takes longer than the limit, or more memory, is killed and replaced: planning
 * cannot be interrupted in any other way, for it never yields.
 */
export function workerPool(supergraph: PlannerOptions, policy: PlanningPolicy): Planning {
  const waiting: Job[] = [];
  const slots = new Set<Slot>();
  let state: 'open' | 'retired' | 'closed' = 'open';
  fill();
  return { plan, retire, close };

  function plan(request: PlanRequest): Promise<Answer> {
    if (state === 'closed') return Promise.resolve(refusals.closed());
    if (waiting.length >= policy.queue) return Promise.resolve(refusals.overloaded());
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const patience = setTimeout(() => {
      waiting.splice(waiting.indexOf(job), 1);
      resolve(refusals.overloaded());
    }, policy.waitMs);
    const job: Job = { request, answer: resolve, patience };
    waiting.push(job);
    fill();
    for (const slot of slots) if (slot.ready && !slot.job) next(slot);
    return promise;
  }

  /** Gives an idle worker the next job. */
  function next(slot: Slot) {
    const job = waiting.shift();
    if (!job) {
      slot.worker.unref();
      if (state === 'retired') stop(slot);
      return;
    }
    clearTimeout(job.patience);
    slot.job = job;
    slot.worker.ref();
    slot.timer = setTimeout(() => give(slot, refusals.tooSlow()), policy.timeLimitMs);
    slot.worker.postMessage(job.request);
  }

  /** Ends the job of a worker that did not do it, and the worker. */
  function give(slot: Slot, refusal: RequestErrors) {
    const { job } = slot;
    slot.job = undefined;
    stop(slot);
    job?.answer(refusal);
    fill();
  }

  function stop(slot: Slot) {
    clearTimeout(slot.timer);
    slots.delete(slot);
    return slot.worker.terminate();
  }

  /** Starts the workers that are missing; a pool that is retired has them only while there is something to do. */
  function fill() {
    const wanted = state === 'open' ? policy.workers : Math.min(policy.workers, waiting.length);
    while (state !== 'closed' && slots.size < wanted) start();
  }

  function start() {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: supergraph,
      resourceLimits: { maxOldGenerationSizeMb: policy.memoryMb },
    });
    const slot: Slot = { worker, ready: false, job: undefined, timer: undefined };
    slots.add(slot);
    worker.unref();
    worker.on('message', (message: string) => {
      clearTimeout(slot.timer);
      const { job } = slot;
      slot.ready = true;
      slot.job = undefined;
      if (job) job.answer(JSON.parse(message));
      if (slots.has(slot)) next(slot);
    });
    // Whatever ends a worker, memory above all, its exit is what counts.
    worker.on('error', () => {});
    worker.on('exit', () => {
      if (!slots.has(slot)) return;
      if (slot.job) return give(slot, refusals.tooSlow());
      slots.delete(slot);
      if (slot.ready) fill();
      else setTimeout(fill, restartMs).unref();
    });
  }

  function retire() {
    if (state !== 'open') return;
    state = 'retired';
    for (const slot of slots) if (!slot.job && (slot.ready || waiting.length === 0)) stop(slot);
  }

  async function close() {
    state = 'closed';
    for (const { answer, patience } of waiting.splice(0)) {
      clearTimeout(patience);
      answer(refusals.closed());
    }
    const running = [...slots];
    for (const { job } of running) job?.answer(refusals.closed());
    await Promise.all(running.map(stop));
  }
}
