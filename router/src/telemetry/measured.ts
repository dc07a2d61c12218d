import type { SubgraphTransport } from '@meridian/kernel/transport';
import type { Engine } from '../engine/engine.ts';
import type { RouterMetrics } from './metrics.ts';

/** The transport, with the time and the failures of its calls counted. */
export const measuredTransport = (
  subgraph: string,
  transport: SubgraphTransport,
  { fetchSeconds, fetchFailures }: Pick<RouterMetrics, 'fetchSeconds' | 'fetchFailures'>,
): SubgraphTransport => ({
  ...transport,
  async execute(request) {
    const stop = fetchSeconds.startTimer({ subgraph });
    try {
      return await transport.execute(request);
    } catch (error) {
      fetchFailures.inc({ subgraph });
      throw error;
    } finally {
      stop();
    }
  },
});

/** The engine, with the hits of its cache counted: a cached answer is the same object again. */
export function measuredEngine(engine: Engine, { prepared }: Pick<RouterMetrics, 'prepared'>): Engine {
  const seen = new WeakSet<object>();
  return {
    schema: engine.schema,
    prepare(query, operationName) {
      const result = engine.prepare(query, operationName);
      const cached = 'operation' in result ? result.operation : result.errors;
      prepared.inc({ cache: seen.has(cached) ? 'hit' : 'miss' });
      seen.add(cached);
      return result;
    },
  };
}
