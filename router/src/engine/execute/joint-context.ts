import { SubgraphUnreachable } from '@meridian/kernel/transport-failure';
import type { CallContext } from './call.ts';

/** A call for several requests. */
export type JointContext = {
  context: CallContext;
  /** To be called when the answer is there: forgets timers and listeners. */
  release(): void;
};

const never = Number.POSITIVE_INFINITY;

/**
 * The context of a call that several requests of one viewer scope wait for. It goes by the correlation id and the trace of
 * the first, since a call has one of each; it may take until the latest deadline and is aborted when all have hung up.
 * `giveUp` is told who waits no longer, by position, and why: each hangs up for itself and has the deadline that it had.
 */
export function jointContext(
  contexts: readonly CallContext[],
  giveUp: (position: number, reason: unknown) => void,
): JointContext {
  const stop = new AbortController();
  const waiting = new Map(contexts.entries());
  const leave = (position: number, reason: unknown) => {
    if (!waiting.delete(position)) return;
    giveUp(position, reason);
    if (waiting.size === 0) stop.abort(reason);
  };

  const listeners = contexts.map(({ signal }, position) => {
    const onAbort = () => leave(position, signal?.reason);
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
    return onAbort;
  });

  const latest = Math.max(...contexts.map(deadlineOf));
  let timer: NodeJS.Timeout | undefined;
  const watch = () => {
    let next = latest;
    for (const context of waiting.values()) next = Math.min(next, deadlineOf(context));
    if (next < latest) timer = setTimeout(dismissLate, Math.max(0, next - Date.now()));
  };
  const dismissLate = () => {
    const now = Date.now();
    for (const [position, context] of waiting)
      if (deadlineOf(context) <= now)
        leave(position, new SubgraphUnreachable('The subgraph did not answer in time', 'timeout'));
    watch();
  };
  watch();

  const [first] = contexts;
  return {
    context: {
      headers: first?.headers ?? {},
      trace: first?.trace,
      deadline: latest === never ? undefined : latest,
      signal: stop.signal,
    },
    release() {
      clearTimeout(timer);
      for (const [position, onAbort] of listeners.entries())
        contexts[position]?.signal?.removeEventListener('abort', onAbort);
    },
  };
}

const deadlineOf = ({ deadline = never }: CallContext): number => deadline;
