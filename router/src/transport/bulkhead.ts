import { CallRefused } from './failure.ts';

export type Bulkhead = {
  /**
   * Undefined when the caller may go ahead at once, else a promise of its turn, first come first served.
   * Rejects with the signal's reason when that aborts first. @throws CallRefused when as many wait as may.
   */
  enter(signal: AbortSignal): Promise<void> | undefined;
  /** To be called once by everyone who entered. */
  leave(): void;
};

/**
 * At most `concurrency` at once and `queue` waiting, so that one slow subgraph cannot hold everything that the router
 * has. A caller who gives up leaves the queue at once.
 */
export function createBulkhead({ concurrency, queue }: { concurrency: number; queue: number }): Bulkhead {
  let running = 0;
  const waiting = new Set<() => void>();

  return {
    enter(signal) {
      signal.throwIfAborted();
      if (running < concurrency) {
        running++;
        return undefined;
      }
      if (waiting.size >= queue) throw new CallRefused('full');
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const giveUp = () => {
        waiting.delete(takeTurn);
        reject(signal.reason);
      };
      const takeTurn = () => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      signal.addEventListener('abort', giveUp, { once: true });
      waiting.add(takeTurn);
      return promise;
    },
    leave() {
      // The place is handed over rather than freed, or a newcomer could slip in before the one who waited.
      const [next] = waiting;
      if (!next) {
        running--;
        return;
      }
      waiting.delete(next);
      next();
    },
  };
}
