import { setTimeout as wait } from 'node:timers/promises';
import { deadlineHeader } from '@meridian/kernel/deadline';
import type { Logger } from '@meridian/kernel/logger';
import { childHeaders } from '@meridian/kernel/trace-context';
import type { SubgraphRequest, SubgraphResponse, SubgraphTransport } from '@meridian/kernel/transport';
import { ExponentialBackoff, type IBackoff } from 'cockatiel';
import { measuredExecute } from '../telemetry/measured.ts';
import type { RouterMetrics } from '../telemetry/metrics.ts';
import { createBulkhead } from './bulkhead.ts';
import { createCircuit } from './circuit.ts';
import { CallRefused, isTimeout, isTransient } from './failure.ts';
import type { TransportPolicy } from './policy.ts';
import { createRetryBudget } from './retry-budget.ts';
import { timeLimit } from './time-limit.ts';

export type Watch = {
  metrics: Pick<
    RouterMetrics,
    'fetchSeconds' | 'fetchFailures' | 'fetchRetries' | 'fetchTimeouts' | 'fetchesRefused' | 'circuit'
  >;
  logger: Pick<Logger, 'info' | 'warn'>;
};

/**
 * A transport that bears with its subgraph: tries end in time, at most so many are under way, reads are tried again
 * within a budget, and a subgraph that keeps failing is left in peace until a call shows that it is well. Deadline and
 * trace go to the subgraph as headers. The contract stays; `execute` also rejects with CallRefused.
 */
export function resilientTransport(
  subgraph: string,
  transport: SubgraphTransport,
  policy: TransportPolicy,
  { metrics, logger }: Watch,
): SubgraphTransport {
  const { [subgraph]: timeoutMs = policy.timeoutMs } = policy.timeouts;
  const { firstMs, longestMs } = policy.backoff;
  const execute = measuredExecute(subgraph, transport, metrics);
  const bulkhead = createBulkhead(policy);
  const budget = createRetryBudget({ share: policy.retryShare, reserve: policy.retryReserve });
  const backoff = new ExponentialBackoff({ initialDelay: firstMs, maxDelay: longestMs });
  const circuit = createCircuit(policy.circuit, (state) => {
    metrics.circuit.set({ subgraph }, states[state]);
    if (state === 'open') logger.warn({ subgraph }, 'circuit opened');
    if (state === 'closed') logger.info({ subgraph }, 'circuit closed');
  });
  metrics.circuit.set({ subgraph }, states.closed);

  /** One try: in time, in its turn, and while the circuit lets it pass. */
  async function attempt(request: SubgraphRequest): Promise<SubgraphResponse> {
    const now = Date.now();
    const deadline = Math.min(request.deadline ?? Number.POSITIVE_INFINITY, now + timeoutMs);
    const limit = timeLimit(deadline - now, request.signal);
    // Only a subgraph that had all of its own time can be blamed for not answering.
    const isCutShort = () =>
      limit.signal.aborted && (deadline < now + timeoutMs || limit.signal.reason === request.signal?.reason);
    try {
      const turn = bulkhead.enter(limit.signal);
      if (turn) await turn;
      try {
        const headers = {
          ...request.headers,
          ...(request.trace && childHeaders(request.trace)),
          [deadlineHeader]: String(deadline),
        };
        return await circuit(() => execute({ ...request, headers, signal: limit.signal }), isCutShort);
      } finally {
        bulkhead.leave();
      }
    } catch (error) {
      if (isTimeout(error)) metrics.fetchTimeouts.inc({ subgraph });
      if (error instanceof CallRefused) metrics.fetchesRefused.inc({ subgraph, why: error.why });
      throw error;
    } finally {
      limit.clear();
    }
  }

  return {
    ...transport,
    async execute(request) {
      const { kind, deadline = Number.POSITIVE_INFINITY, signal } = request;
      budget.earn();
      let pause: IBackoff<unknown> | undefined;
      for (let retries = 0; ; retries++) {
        try {
          return await attempt(request);
        } catch (error) {
          if (kind !== 'query' || retries === policy.retries || !isTransient(error)) throw error;
          pause = pause ? pause.next(undefined) : backoff.next();
          if (Date.now() + pause.duration >= deadline || !budget.spend()) throw error;
          metrics.fetchRetries.inc({ subgraph });
        }
        await wait(pause.duration, undefined, signal ? { signal } : {}).catch(() => signal?.throwIfAborted());
      }
    },
  };
}

const states = { closed: 0, halfOpen: 1, open: 2 };

/** Keeps what is known of a subgraph when a new supergraph reaches it by the same transport. */
export function resilientTransports(
  policy: TransportPolicy,
  watch: Watch,
): (transports: Readonly<Record<string, SubgraphTransport>>) => Record<string, SubgraphTransport> {
  const known = new WeakMap<SubgraphTransport, Map<string, SubgraphTransport>>();
  return (transports) =>
    Object.fromEntries(
      Object.entries(transports).map(([name, transport]) => {
        const byName = known.get(transport) ?? new Map<string, SubgraphTransport>();
        known.set(transport, byName);
        const resilient = byName.get(name) ?? resilientTransport(name, transport, policy, watch);
        byName.set(name, resilient);
        return [name, resilient];
      }),
    );
}
