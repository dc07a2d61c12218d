import { z } from 'zod';
import type { RequestContext } from './engine.ts';
import type { MaybePromise } from './maybe-promise.ts';

/** How much may be under way at once. */
export type AdmissionPolicy = {
  /** What the executions under way are expected to answer, together, in bytes. */
  answerBytes: number;
  /** One that takes longer waits for somebody else rather than for this process, and counts no more. */
  patienceMs: number;
  /** Executions that may wait for others to end. */
  queue: number;
};

export const defaultAdmissionPolicy: AdmissionPolicy = {
  answerBytes: 2_000_000,
  patienceMs: 2_000,
  queue: 10_000,
};

const count = z.coerce.number().int().min(1);

export const admissionSettings = {
  ADMISSION_ANSWER_BYTES: count.default(defaultAdmissionPolicy.answerBytes),
  ADMISSION_QUEUE: count.default(defaultAdmissionPolicy.queue),
};

/** The policy that the settings ask for. */
export const admissionPolicyOf = (
  settings: z.infer<z.ZodObject<typeof admissionSettings>>,
): AdmissionPolicy => ({
  ...defaultAdmissionPolicy,
  answerBytes: settings.ADMISSION_ANSWER_BYTES,
  queue: settings.ADMISSION_QUEUE,
});

/** To be called when an execution has ended. */
type Leave = () => void;

export type Admission = {
  /**
   * Lets an execution begin: at once where there is room, else when its turn has come. Operations take turns; among
   * executions of one, first come first served. Undefined when as many wait as may, or when nobody waits for its answer
   * any more before it began.
   * @param bytes what its answer is expected to have
   * @param operation the same for all executions of one
   */
  enter(
    bytes: number,
    context: Pick<RequestContext, 'deadline' | 'signal'>,
    operation: object,
  ): MaybePromise<Leave | undefined>;
};

/** So large a share of all may begin whoever waits: what does not fill the memory waits for nothing that does. */
const smallShare = 1 / 256;

/** For so long executions may begin in one turn of the event loop, and so many of those that have waited. */
const sliceMs = 4;
const mostPerTurn = 4;

type Place = { bytes: number; since: number };
type Waiting = { bytes: number; begin: (leave: Leave) => void };

/**
 * Answers that are half made are what fills the memory of a process under load: so that a thousand clients of a large
 * answer do not have a thousand of them half made, no more begin than answer so many bytes. It is bytes that are counted,
 * so operations with small answers meet no limit in practice; and those who wait long for a slow subgraph give up their
 * place. Operations take turns, so that such a subgraph holds up only what needs it: in one line, a hundred executions that
 * it does not answer kept all others waiting for 6 s.
 *
 * Executions that need nobody else, as in one process with its subgraphs, end in the turn of the event loop that they began
 * in. Of 250 connections with a request each, all would be answered in one turn, of half a second, and of new connections Node
 * accepts one in a turn: the last of 500 clients waited for 20 s. So executions begin for a slice of each turn only.
 */
export function createAdmission({ answerBytes, patienceMs, queue }: AdmissionPolicy): Admission {
  /** Oldest first. */
  const inside = new Set<Place>();
  /** By operation, the one whose turn it is first. */
  const waiting = new Map<object, Set<Waiting>>();
  let waitingCount = 0;
  let held = 0;
  let timer: NodeJS.Timeout | undefined;
  let endOfSlice: number | undefined;
  let goesOn = false;

  const isSmall = (bytes: number) => bytes <= answerBytes * smallShare;
  const hasRoom = (bytes: number) => held === 0 || held + bytes <= answerBytes;

  function begin(bytes: number): Leave {
    const place = { bytes, since: performance.now() };
    inside.add(place);
    held += bytes;
    return () => {
      giveUp(place);
      admit();
    };
  }

  function giveUp(place: Place): void {
    if (inside.delete(place)) held -= place.bytes;
  }

  function admit(): void {
    if (waitingCount > 0 && isOver()) return;
    let begun = 0;
    // An operation that had its turn is put behind the others, which makes the loop come to it again.
    for (const [operation, line] of waiting) {
      const [next] = line;
      if (!next || !hasRoom(next.bytes)) break;
      if (begun++ === mostPerTurn) {
        goesOn = true;
        break;
      }
      line.delete(next);
      waitingCount--;
      waiting.delete(operation);
      if (line.size > 0) waiting.set(operation, line);
      next.begin(begin(next.bytes));
    }
    watch();
  }

  /** Whether the slice of this turn is over: then it goes on in the next. */
  function isOver(): boolean {
    const now = performance.now();
    if (endOfSlice === undefined) {
      endOfSlice = now + sliceMs;
      setImmediate(() => {
        const isLeft = goesOn;
        endOfSlice = undefined;
        goesOn = false;
        if (isLeft) admit();
      });
    }
    goesOn ||= now > endOfSlice;
    return goesOn;
  }

  function wait(entry: Waiting, operation: object): void {
    const line = waiting.get(operation) ?? new Set();
    waiting.set(operation, line.add(entry));
    waitingCount++;
  }

  function giveUpWaiting(entry: Waiting, operation: object): void {
    const line = waiting.get(operation);
    if (!line?.delete(entry)) return;
    waitingCount--;
    if (line.size === 0) waiting.delete(operation);
  }

  /** While anybody waits, the oldest places are looked after. */
  function watch(): void {
    if (waiting.size === 0) {
      clearTimeout(timer);
      timer = undefined;
      return;
    }
    const [oldest] = inside;
    if (timer || !oldest) return;
    timer = setTimeout(
      () => {
        timer = undefined;
        for (const place of inside) {
          if (place.since + patienceMs > performance.now()) break;
          giveUp(place);
        }
        admit();
      },
      Math.max(1, Math.ceil(oldest.since + patienceMs - performance.now())),
    );
    timer.unref();
  }

  return {
    enter(bytes, { deadline = Number.POSITIVE_INFINITY, signal }, operation) {
      if (isSmall(bytes) || (waitingCount === 0 && hasRoom(bytes) && !isOver())) return begin(bytes);
      const left = deadline - Date.now();
      if (waitingCount >= queue || left <= 0 || signal?.aborted) return undefined;
      const { promise, resolve } = Promise.withResolvers<Leave | undefined>();
      const end = (leave: Leave | undefined) => {
        clearTimeout(late);
        signal?.removeEventListener('abort', tooLate);
        resolve(leave);
      };
      const entry: Waiting = { bytes, begin: end };
      const tooLate = () => {
        giveUpWaiting(entry, operation);
        end(undefined);
        admit();
      };
      const late = Number.isFinite(left) ? setTimeout(tooLate, left) : undefined;
      signal?.addEventListener('abort', tooLate, { once: true });
      wait(entry, operation);
      watch();
      return promise;
    },
  };
}
