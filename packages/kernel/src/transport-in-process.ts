import type { SubgraphRequest, SubgraphResponse, SubgraphTransport } from './transport.ts';

export type InProcessSubgraph = {
  execute(request: SubgraphRequest): Promise<SubgraphResponse>;
  subscribe(request: SubgraphRequest): AsyncIterableIterator<SubgraphResponse>;
};

/**
 * Reaches a subgraph of the same process by function call. What comes back is what JSON would have carried:
 * a `Date` that a scalar serialises to arrives as text, and errors are plain objects without a stack.
 */
export const inProcessTransport = (subgraph: InProcessSubgraph): SubgraphTransport => ({
  async execute(request) {
    request.signal?.throwIfAborted();
    const answer = subgraph.execute(request);
    return asIfByWire(await (request.signal ? unlessAborted(answer, request.signal) : answer));
  },
  subscribe(request) {
    const events = subgraph.subscribe(request);
    const stop = () => void events.return?.();
    request.signal?.addEventListener('abort', stop, { once: true });
    const stream: AsyncIterableIterator<SubgraphResponse> = {
      [Symbol.asyncIterator]: () => stream,
      async next() {
        const step = await events.next();
        if (!step.done) return { done: false, value: asIfByWire(step.value) };
        request.signal?.removeEventListener('abort', stop);
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

function asIfByWire(result: SubgraphResponse): SubgraphResponse {
  if (result.data) plainChildren(result.data);
  if (result.errors) return { ...result, errors: JSON.parse(JSON.stringify(result.errors)) };
  return result;
}

/**
 * Replaces, in place, what JSON would not carry. graphql-js builds its answers of fresh arrays and of objects
 * without a prototype; any other object is a leaf that a resolver may still hold, so it is copied.
 */
function plainChildren(parent: Record<string, unknown> | unknown[]): void {
  const slots = parent as Record<string, unknown>;
  for (const key in slots) {
    const child = slots[key];
    if (typeof child !== 'object' || child === null) continue;
    if (Array.isArray(child) || Object.getPrototypeOf(child) === null)
      plainChildren(child as Record<string, unknown>);
    else slots[key] = JSON.parse(JSON.stringify(child));
  }
}
