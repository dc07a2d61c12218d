import type { SubgraphRequest, SubgraphResponse, SubgraphTransport } from './transport.ts';

export type InProcessSubgraph = {
  execute(request: SubgraphRequest): Promise<SubgraphResponse>;
  subscribe(request: SubgraphRequest): AsyncIterableIterator<SubgraphResponse>;
};

/**
 * Reaches a subgraph of the same process by function call. What comes back is what JSON would have carried, without
 * being made JSON: scalars serialise to plain values (`scalarResolvers`), and the executor makes errors plain.
 */
export const inProcessTransport = (subgraph: InProcessSubgraph): SubgraphTransport => ({
  async execute(request) {
    const { signal } = request;
    signal?.throwIfAborted();
    const answer = subgraph.execute(request);
    return signal ? unlessAborted(answer, signal) : answer;
  },
  subscribe(request) {
    const events = subgraph.subscribe(request);
    const stop = () => void events.return?.();
    request.signal?.addEventListener('abort', stop, { once: true });
    const stream: AsyncIterableIterator<SubgraphResponse> = {
      [Symbol.asyncIterator]: () => stream,
      async next() {
        const step = await events.next();
        if (step.done) request.signal?.removeEventListener('abort', stop);
        return step;
      },
      async return() {
        request.signal?.removeEventListener('abort', stop);
        await events.return?.();
        return { done: true, value: undefined };
      },
    };
    return stream;
  },
  close: async () => {},
});

/** A caller that gives up gets its answer at once, as over HTTP; the subgraph may still be at work. */
async function unlessAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
