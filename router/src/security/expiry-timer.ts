const longestTimer = 2 ** 31 - 1;

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

/** Watches when a token ends: says so in time to renew it, and when it has ended. One that lives for weeks is not watched. */
export function expiryTimer({ warnMs, onWarning, onExpired }: ExpiryOptions): ExpiryTimer {
  let timer: NodeJS.Timeout | undefined;
  const stop = () => clearTimeout(timer);
  return {
    stop,
    set(expiresAt) {
      stop();
      if (expiresAt === null) return;
      const left = Math.max(0, expiresAt - Date.now());
      if (left > longestTimer) return;
      const expire = () => {
        timer = setTimeout(onExpired, Math.max(0, expiresAt - Date.now()));
      };
      if (left === 0) return expire();
      timer = setTimeout(
        () => {
          expire();
          onWarning(expiresAt);
        },
        left - Math.min(warnMs, left / 2),
      );
    },
  };
}
