export type WakeLoop = {
  /** Work that is under way is done once more after it; otherwise it begins now. */
  wake(): void;
  /** The same after `ms`, or sooner if asked for sooner. */
  wakeIn(ms: number): void;
  /** Begins nothing more and waits for what is under way. */
  stop(): Promise<void>;
};

/**
 * Runs `work` whenever it is woken, never twice at a time, and never misses a wake-up that came while it ran. Work that
 * throws is reported and tried again after `afterFailureMs`.
 */
export function wakeLoop(
  work: (isStopped: () => boolean) => Promise<void>,
  onError: (error: unknown) => void,
  afterFailureMs = 500,
): WakeLoop {
  let running: Promise<void> | null = null;
  let again = false;
  let stopped = false;
  let timer: NodeJS.Timeout | null = null;
  let due = Number.POSITIVE_INFINITY;

  const wake = (): void => {
    if (stopped) return;
    if (running) {
      again = true;
      return;
    }
    again = false;
    running = work(() => stopped)
      .catch((error: unknown) => {
        onError(error);
        wakeIn(afterFailureMs);
      })
      .finally(() => {
        running = null;
        if (again) wake();
      });
  };

  const wakeIn = (ms: number): void => {
    if (stopped || Date.now() + ms >= due) return;
    if (timer) clearTimeout(timer);
    due = Date.now() + ms;
    timer = setTimeout(() => {
      timer = null;
      due = Number.POSITIVE_INFINITY;
      wake();
    }, ms);
  };

  return {
    wake,
    wakeIn,
    async stop() {
      stopped = true;
      if (timer) clearTimeout(timer);
      await running;
    },
  };
}
