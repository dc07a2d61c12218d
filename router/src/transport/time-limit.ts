import { SubgraphUnreachable } from '@meridian/kernel/transport-failure';

/** A signal that aborts when `outer` does or the time is up, whichever is first. */
export type TimeLimit = {
  signal: AbortSignal;
  /** Forgets the timer and `outer`. */
  clear(): void;
};

/** The reason is that of `outer`, or SubgraphUnreachable (`timeout`) after `ms` milliseconds. */
export function timeLimit(ms: number, outer: AbortSignal | undefined): TimeLimit {
  const controller = new AbortController();
  const { signal } = controller;
  if (outer?.aborted) controller.abort(outer.reason);
  if (ms <= 0) controller.abort(late());
  if (signal.aborted) return { signal, clear() {} };

  const timer = setTimeout(() => controller.abort(late()), ms);
  const giveUp = () => controller.abort(outer?.reason);
  outer?.addEventListener('abort', giveUp, { once: true });
  return {
    signal,
    clear() {
      clearTimeout(timer);
      outer?.removeEventListener('abort', giveUp);
    },
  };
}

const late = () => new SubgraphUnreachable('The subgraph did not answer in time', 'timeout');
