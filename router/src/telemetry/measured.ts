import type { SubgraphTransport } from '@meridian/kernel/transport';
import type { Engine } from '../engine/engine.ts';
import type { RouterMetrics } from './metrics.ts';

type Transports = Readonly<Record<string, SubgraphTransport>>;

/** The transports, with the time and the failures of their calls counted. */
export const measuredTransports = (
  transports: Transports,
  metrics: Pick<RouterMetrics, 'fetchSeconds' | 'fetchFailures'>,
): Transports =>
  Object.fromEntries(
    Object.entries(transports).map(([subgraph, transport]) => [
      subgraph,
      { ...transport, execute: measured(subgraph, transport, metrics) },
    ]),
  );

function measured(
  subgraph: string,
  transport: SubgraphTransport,
  { fetchSeconds, fetchFailures }: Pick<RouterMetrics, 'fetchSeconds' | 'fetchFailures'>,
): SubgraphTransport['execute'] {
  return async (request) => {
    const stop = fetchSeconds.startTimer({ subgraph });
    try {
      return await transport.execute(request);
    } catch (error) {
      fetchFailures.inc({ subgraph });
      throw error;
    } finally {
      stop();
    }
  };
}

/** The engine of the moment, with the hits of its cache counted: a cached answer is the same object again. */
export function measuredEngine(current: () => Engine, { prepared }: Pick<RouterMetrics, 'prepared'>): Engine {
  const seen = new WeakSet<object>();
  return {
    get schema() {
      return current().schema;
    },
    prepare(query, operationName) {
      const result = current().prepare(query, operationName);
      const cached = 'operation' in result ? result.operation : result.errors;
      prepared.inc({ cache: seen.has(cached) ? 'hit' : 'miss' });
      seen.add(cached);
      return result;
    },
  };
}
