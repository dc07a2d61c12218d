/** How often a subgraph may be asked again: retries ≤ `reserve` + `share` × calls, at any time. */
export type RetryBudget = {
  /** Every call, not counting retries, adds its share. */
  earn(): void;
  /** Whether one more retry can be afforded; if so, it is paid for. */
  spend(): boolean;
};

/**
 * A token bucket: what is not spent is kept up to `reserve`. Without it, n tries for each call would multiply the load
 * on a subgraph by n just when it fails. (The retry budget of Finagle and gRPC's retry throttling.)
 */
export function createRetryBudget({ share, reserve }: { share: number; reserve: number }): RetryBudget {
  let tokens = reserve;
  return {
    earn() {
      tokens = Math.min(reserve, tokens + share);
    },
    spend() {
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
