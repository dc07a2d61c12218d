import { createLogger } from '@meridian/kernel/logger';
import { createMetrics } from '@meridian/kernel/metrics';
import { receiveTrace } from '@meridian/kernel/trace-context';
import type { SubgraphRequest, SubgraphResponse, SubgraphTransport } from '@meridian/kernel/transport';
import { SubgraphUnreachable } from '@meridian/kernel/transport-failure';
import { eventually } from '@meridian/testkit/eventually';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { routerMetrics } from '../telemetry/metrics.ts';
import { CallRefused } from './failure.ts';
import { defaultTransportPolicy, type TransportPolicy } from './policy.ts';
import { resilientTransport, resilientTransports } from './resilient.ts';

type Answer = (request: SubgraphRequest) => Promise<SubgraphResponse>;

const fine: SubgraphResponse = { data: { fine: true } };
const broken = () => new SubgraphUnreachable('gone', 'broken');

/** Keeps the contract of a transport that never answers: it rejects with the reason of its signal. */
const silence: Answer = ({ signal }) => {
  const { promise, reject } = Promise.withResolvers<SubgraphResponse>();
  signal?.addEventListener('abort', () => reject(signal.reason));
  return promise;
};

/** A subgraph that answers as it is told, and remembers how it was asked. */
function told(policy: Partial<TransportPolicy> = {}) {
  const requests: SubgraphRequest[] = [];
  const subgraph = { answer: (async () => fine) as Answer };
  const registry = createMetrics('test');
  const transport: SubgraphTransport = {
    async execute(request) {
      requests.push(request);
      return subgraph.answer(request);
    },
    async *subscribe() {},
    close: async () => {},
  };
  const watch = { metrics: routerMetrics(registry), logger: createLogger('test', 'silent') };
  const all = { ...defaultTransportPolicy, backoff: { firstMs: 1, longestMs: 2 }, ...policy };
  const resilient = resilientTransport('demo', transport, all, watch);
  const ask = (request: Partial<SubgraphRequest> = {}) =>
    resilient.execute({ query: '{ fine }', headers: {}, kind: 'query', ...request });
  const metric = async (name: string) =>
    (await registry.getSingleMetric(`meridian_subgraph_${name}`)?.get())?.values;
  return { subgraph, requests, ask, metric, transport, all, watch };
}

describe('tries', () => {
  it('are repeated for reads that may pass', async () => {
    const { subgraph, requests, ask, metric } = told();
    subgraph.answer = async () => {
      if (requests.length <= 2) throw broken();
      return fine;
    };
    await expect(ask()).resolves.toEqual(fine);
    expect(requests).toHaveLength(3);
    expect(await metric('fetch_retries_total')).toMatchObject([{ value: 2 }]);
  });

  it('end after the last retry with the last failure', async () => {
    const { subgraph, requests, ask } = told({ retries: 1 });
    subgraph.answer = async () => {
      throw broken();
    };
    await expect(ask()).rejects.toThrow('gone');
    expect(requests).toHaveLength(2);
  });

  it.each(['mutation', undefined] as const)('are not repeated for %s', async (kind) => {
    const { subgraph, requests, ask } = told();
    subgraph.answer = async () => {
      throw broken();
    };
    await expect(ask({ kind })).rejects.toThrow('gone');
    expect(requests).toHaveLength(1);
  });

  it.each(['timeout', 'malformed', 'oversized'] as const)('are not repeated after %s', async (failure) => {
    const { subgraph, requests, ask } = told();
    subgraph.answer = async () => {
      throw new SubgraphUnreachable('no', failure);
    };
    await expect(ask()).rejects.toThrow('no');
    expect(requests).toHaveLength(1);
  });

  it('are not repeated beyond the budget, however many calls fail', async () => {
    const { subgraph, requests, ask } = told({
      retryShare: 0.1,
      retryReserve: 3,
      circuit: { ...defaultTransportPolicy.circuit, minimumCalls: 10_000 },
    });
    subgraph.answer = async () => {
      throw broken();
    };
    const calls = 100;
    await Promise.allSettled(Array.from({ length: calls }, () => ask()));
    expect(requests.length - calls).toBeGreaterThan(0);
    expect(requests.length - calls).toBeLessThanOrEqual(3 + 0.1 * calls);
  });

  it('are not repeated when the wait would outlast the deadline, nor for callers who gave up', async () => {
    const { subgraph, requests, ask } = told({ backoff: { firstMs: 3_600_000, longestMs: 3_600_000 } });
    subgraph.answer = async () => {
      throw broken();
    };
    await expect(ask({ deadline: Date.now() + 10_000 })).rejects.toThrow('gone');
    const controller = new AbortController();
    const waiting = ask({ signal: controller.signal });
    await eventually(() => expect(requests).toHaveLength(2));
    setImmediate(() => controller.abort(new Error('gave up')));
    await expect(waiting).rejects.toThrow('gave up');
    expect(requests).toHaveLength(2);
  });
});

describe('time', () => {
  it.each([
    ['of all subgraphs', { timeoutMs: 20 }],
    ['of this one', { timeouts: { demo: 20, other: 1 } }],
  ])('limits a call by the setting %s', async (_, policy) => {
    const { subgraph, ask, metric } = told(policy);
    subgraph.answer = silence;
    await expect(ask()).rejects.toMatchObject({ failure: 'timeout' });
    expect(await metric('fetch_timeouts_total')).toMatchObject([{ value: 1 }]);
  });

  it('limits a call by the deadline of its caller, which may be over', async () => {
    const { subgraph, requests, ask } = told();
    subgraph.answer = silence;
    await expect(ask({ deadline: Date.now() + 300 })).rejects.toMatchObject({ failure: 'timeout' });
    await expect(ask({ deadline: Date.now() - 1 })).rejects.toMatchObject({ failure: 'timeout' });
    expect(requests).toHaveLength(1);
  });

  it('passes the earlier end on, and each try as a span of its own', async () => {
    const { subgraph, requests, ask } = told({ timeoutMs: 5_000 });
    subgraph.answer = async () => {
      if (requests.length === 1) throw broken();
      return fine;
    };
    const trace = { ...receiveTrace({}), state: 'a=b' };
    const before = Date.now();
    await ask({ trace, deadline: before + 3_000, headers: { 'x-tenant': 'one' } });
    await ask({ deadline: before + 9_000_000 });
    const [first, second, third] = requests.map(({ headers }) => headers);
    expect(first).toMatchObject({
      'x-tenant': 'one',
      'x-deadline': String(before + 3_000),
      traceparent: expect.stringContaining(trace.traceId),
      tracestate: 'a=b',
    });
    expect(second?.['traceparent']).toContain(trace.traceId);
    expect(second?.['traceparent']).not.toBe(first?.['traceparent']);
    expect(Number(third?.['x-deadline'])).toBeLessThanOrEqual(Date.now() + 5_000);
    expect(third).not.toHaveProperty('traceparent');
  });
});

describe('a crowd', () => {
  it('is let through so many at a time, so many wait, and the rest is refused', async () => {
    const { subgraph, requests, ask, metric } = told({ concurrency: 2, queue: 1 });
    const open = Promise.withResolvers<SubgraphResponse>();
    subgraph.answer = () => open.promise;
    const calls = [ask(), ask(), ask(), ask()];
    await expect(calls[3]).rejects.toEqual(new CallRefused('full'));
    expect(requests).toHaveLength(2);
    open.resolve(fine);
    await expect(Promise.all(calls.slice(0, 3))).resolves.toEqual([fine, fine, fine]);
    expect(await metric('fetches_refused_total')).toMatchObject([{ labels: { why: 'full' }, value: 1 }]);
  });
});

describe('the circuit', () => {
  const circuit = { threshold: 0.5, windowMs: 5_000, minimumCalls: 4, openMs: 1_000 };
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
  afterEach(() => void vi.useRealTimers());

  async function opened() {
    const world = told({ retries: 0, circuit });
    world.subgraph.answer = async () => {
      throw broken();
    };
    await Promise.allSettled(Array.from({ length: 4 }, () => world.ask()));
    expect(await world.metric('circuit_state')).toMatchObject([{ value: 2 }]);
    world.requests.length = 0;
    return world;
  }

  it('opens when most calls fail, and closes when a trial is answered', async () => {
    const { subgraph, requests, ask, metric } = await opened();
    await expect(ask()).rejects.toEqual(new CallRefused('open'));
    expect(requests).toHaveLength(0);
    vi.setSystemTime(Date.now() + 1_001);
    subgraph.answer = async () => fine;
    await expect(ask()).resolves.toEqual(fine);
    await expect(ask()).resolves.toEqual(fine);
    expect(await metric('circuit_state')).toMatchObject([{ value: 0 }]);
  });

  it('lets one trial pass at a time, and stays open when that fails', async () => {
    const { subgraph, requests, ask, metric } = await opened();
    vi.setSystemTime(Date.now() + 1_001);
    const trial = Promise.withResolvers<SubgraphResponse>();
    subgraph.answer = () => trial.promise;
    const first = ask();
    expect(await metric('circuit_state')).toMatchObject([{ value: 1 }]);
    await expect(ask()).rejects.toEqual(new CallRefused('open'));
    trial.reject(broken());
    await expect(first).rejects.toThrow('gone');
    await expect(ask()).rejects.toEqual(new CallRefused('open'));
    expect(requests).toHaveLength(1);
  });

  it('is not closed by a caller who does not wait for the trial', async () => {
    const { subgraph, ask, metric } = await opened();
    vi.setSystemTime(Date.now() + 1_001);
    subgraph.answer = silence;
    const controller = new AbortController();
    const trial = ask({ signal: controller.signal });
    controller.abort(new Error('gave up'));
    await expect(trial).rejects.toThrow('gave up');
    expect(await metric('circuit_state')).toMatchObject([{ value: 2 }]);
  });

  it('stays closed for bad answers and callers who gave up', async () => {
    const { subgraph, ask, metric } = told({ circuit });
    subgraph.answer = async () => {
      throw new SubgraphUnreachable('html', 'malformed');
    };
    await Promise.allSettled(Array.from({ length: 20 }, () => ask()));
    await Promise.allSettled(Array.from({ length: 20 }, () => ask({ signal: AbortSignal.abort() })));
    expect(await metric('circuit_state')).toMatchObject([{ value: 0 }]);
  });

  it('stays closed for calls that end with the deadline or the patience of their callers', async () => {
    const { subgraph, requests, ask, metric } = told({ circuit });
    subgraph.answer = silence;
    const late = Array.from({ length: 8 }, () => ask({ deadline: Date.now() + 20 }));
    for (const { reason } of await rejected(late)) expect(reason).toMatchObject({ failure: 'timeout' });
    // Several requests can wait for one call: the last of them may leave it because its own time is up.
    const gone = new AbortController();
    const left = Array.from({ length: 8 }, () => ask({ signal: gone.signal }));
    gone.abort(new SubgraphUnreachable('late', 'timeout'));
    for (const { reason } of await rejected(left)) expect(reason).toBe(gone.signal.reason);
    expect(requests).toHaveLength(16);
    expect(await metric('circuit_state')).toMatchObject([{ value: 0 }]);
  });

  it('opens for a subgraph that lets its own time pass, whatever time its callers had left', async () => {
    const { subgraph, ask, metric } = told({ circuit, timeoutMs: 20 });
    subgraph.answer = silence;
    const { signal } = new AbortController();
    await Promise.allSettled(Array.from({ length: 4 }, () => ask({ deadline: Date.now() + 60_000, signal })));
    expect(await metric('circuit_state')).toMatchObject([{ value: 2 }]);
  });
});

async function rejected(calls: readonly Promise<unknown>[]): Promise<PromiseRejectedResult[]> {
  const settled = await Promise.allSettled(calls);
  expect(settled.map(({ status }) => status)).toEqual(calls.map(() => 'rejected'));
  return settled.filter((outcome) => outcome.status === 'rejected');
}

it('a subgraph that a new supergraph reaches as before is the same one', () => {
  const { transport, all, watch } = told();
  const resilient = resilientTransports(all, watch);
  const before = resilient({ a: transport, b: transport });
  expect(resilient({ a: transport })['a']).toBe(before['a']);
  expect(before['b']).not.toBe(before['a']);
});
