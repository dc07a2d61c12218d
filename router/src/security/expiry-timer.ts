/** The longest that Node's timers can wait, in milliseconds: about 24.8 days. Asked for more, they fire at once. */
const longestWait = 2 ** 31 - 1;

export type ExpiryTimer = {
  /** @param expiresAt milliseconds since the epoch; null for never */
  set(expiresAt: number | null): void;
  stop(): void;
};

type ExpiryOptions = {
  /** How long before the end to warn; half of what is left where that is less. */
  warnMs: number;
  onWarning(expiresAt: number): void;
  onExpired(): void;
};

/** Watches when a token ends: says so in time to renew it, and when it has ended, however far off that is. */
export function expiryTimer({ warnMs, onWarning, onExpired }: ExpiryOptions): ExpiryTimer {
  let timer: NodeJS.Timeout | undefined;
  const stop = () => clearTimeout(timer);

  /** Waits in steps that a timer can wait. @param at milliseconds since the epoch */
  function waitUntil(at: number, then: () => void): void {
    const left = Math.max(0, at - Date.now());
    timer = setTimeout(
      () => (left > longestWait ? waitUntil(at, then) : then()),
      Math.min(left, longestWait),
    );
  }

  return {
    stop,
    set(expiresAt) {
      stop();
      if (expiresAt === null) return;
      const left = expiresAt - Date.now();
      if (left <= 0) return waitUntil(expiresAt, onExpired);
      waitUntil(expiresAt - Math.min(warnMs, left / 2), () => {
        waitUntil(expiresAt, onExpired);
        onWarning(expiresAt);
      });
    },
  };
}
