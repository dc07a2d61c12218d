import { hash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { Logger } from '@meridian/kernel/logger';
import type { RequestErrors } from '../request-errors.ts';
import type { PlannerOptions } from './plan-operation.ts';
import type { Planned, Planning, PlanRequest } from './planning.ts';
import { type PlanningPolicy, refusals } from './policy.ts';
import type { ServedSchema } from './served-schema.ts';

type Answer = Planned | RequestErrors;
type Job = { request: PlanRequest; answer: (answer: Answer) => void; patience: NodeJS.Timeout };
type Slot = {
  worker: Worker;
  ready: boolean;
  job: Job | undefined;
  timer: NodeJS.Timeout | undefined;
  /** What it died of, where it threw. */
  thrown: unknown;
};

/**
 * For young objects of a worker; V8 takes a third of it for each half of the space. Plans are made one at a time, and what
 * a plan is made of dies with it.
 */
const youngMb = 24;

export type ThreadedPlanning = Planning & {
  /** From the first thread. Rejects with what the supergraph does not load for, or when it is closed before. */
  served: Promise<ServedSchema>;
};

export type PlanningLogger = Pick<Logger, 'warn' | 'error'>;

/** A worker that dies before it is ready is replaced after this, so that one that cannot start does not spin. */
const restartMs = 1_000;

/**
 * Plans in worker threads. One that takes longer than the limit, or more memory, is killed and replaced: planning
 * cannot be interrupted in any other way, for it never yields. That is the operation's doing; of whatever else ends a worker
 * the operation is not to blame, as far as anybody knows. The log says both, with the hash of the operation's text.
 *
 * The threads end when nothing was asked of them for a while, for they hold the planner and the supergraph (ADR 24), and
 * start again with the next operation that nobody has planned.
 */
export function workerPool(
  supergraph: PlannerOptions,
  policy: PlanningPolicy,
  logger?: PlanningLogger,
): ThreadedPlanning {
  const waiting: Job[] = [];
  const slots = new Set<Slot>();
  const served = Promise.withResolvers<ServedSchema>();
  let state: 'open' | 'retired' | 'closed' = 'open';
  let isLoaded = false;
  let isAwake = true;
  const idle = setTimeout(sleep, policy.idleMs).unref();
  fill();
  return { plan, retire, close, served: served.promise };

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
    isAwake = true;
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
    slot.timer = setTimeout(() => {
      logger?.warn({ operation: hashOf(slot), timeLimitMs: policy.timeLimitMs }, 'planning took too long');
      give(slot, refusals.tooSlow());
    }, policy.timeLimitMs);
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

  /** Not while a worker starts: it begins to count when that is ready. */
  function sleep() {
    if (waiting.length > 0 || [...slots].some(({ ready, job }) => !ready || job)) return;
    isAwake = false;
    for (const slot of slots) stop(slot);
  }

  /** Starts the workers that are missing; a pool that sleeps or is retired has them only while there is something to do. */
  function fill() {
    const wanted = state === 'open' && isAwake ? policy.workers : Math.min(policy.workers, waiting.length);
    while (state !== 'closed' && slots.size < wanted) start();
  }

  function start() {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: supergraph,
      resourceLimits: { maxOldGenerationSizeMb: policy.memoryMb, maxYoungGenerationSizeMb: youngMb },
    });
    const slot: Slot = { worker, ready: false, job: undefined, timer: undefined, thrown: undefined };
    slots.add(slot);
    worker.unref();
    worker.on('message', (message: ServedSchema | string) => {
      clearTimeout(slot.timer);
      const { job } = slot;
      slot.job = undefined;
      if (typeof message === 'string') job?.answer(JSON.parse(message));
      else {
        slot.ready = true;
        isLoaded = true;
        served.resolve(message);
      }
      if (state === 'open') idle.refresh();
      if (slots.has(slot)) next(slot);
    });
    // Its exit follows.
    worker.on('error', (error) => {
      slot.thrown = error;
    });
    worker.on('exit', (exitCode) => {
      if (!slots.has(slot)) return;
      if (!isLoaded) {
        slots.delete(slot);
        return served.reject(slot.thrown ?? new Error(`The planning thread ended with ${exitCode}.`));
      }
      const refusal = reportDeath(slot, exitCode);
      if (slot.job) return give(slot, refusal);
      slots.delete(slot);
      if (slot.ready) fill();
      else setTimeout(fill, restartMs).unref();
    });
  }

  function reportDeath({ thrown, ...slot }: Slot, exitCode: number): RequestErrors {
    const operation = hashOf(slot);
    if (operation !== undefined && isOutOfMemory(thrown)) {
      logger?.warn({ operation, memoryMb: policy.memoryMb }, 'planning took too much memory');
      return refusals.tooLarge();
    }
    logger?.error({ operation, exitCode, err: thrown }, 'a planning thread broke');
    return refusals.broken();
  }

  function retire() {
    if (state !== 'open') return;
    state = 'retired';
    clearTimeout(idle);
    for (const slot of slots) if (!slot.job && (slot.ready || waiting.length === 0)) stop(slot);
  }

  async function close() {
    state = 'closed';
    clearTimeout(idle);
    served.reject(new Error('the router stops'));
    for (const { answer, patience } of waiting.splice(0)) {
      clearTimeout(patience);
      answer(refusals.closed());
    }
    const running = [...slots];
    for (const { job } of running) job?.answer(refusals.closed());
    await Promise.all(running.map(stop));
  }
}

/** What a slot is working on. The text itself may hold what nobody should read in a log. */
const hashOf = ({ job }: Pick<Slot, 'job'>): string | undefined => job && hash('sha256', job.request.query);

const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
