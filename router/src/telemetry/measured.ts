import type { SubgraphTransport } from '@meridian/kernel/transport';
import type { Engine } from '../engine/engine.ts';
import { whenThere } from '../engine/maybe-promise.ts';
import type { RouterMetrics } from './metrics.ts';

/** The `execute` of a transport, with the time and the failures of its calls counted. */
export function measuredExecute(
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

/** An engine with the hits of its cache counted, and by which planner operations are answered. */
export function measuredEngine(
  engine: Engine,
  { prepared, planned }: Pick<RouterMetrics, 'prepared' | 'planned'>,
): Engine {
  return {
    get schema() {
      return engine.schema;
    },
    prepare(query, operationName, contextOf) {
      return whenThere(engine.prepare(query, operationName, contextOf), (result) => {
        prepared.inc({ cache: result.cache });
        if (!('errors' in result)) planned.inc({ planner: result.operation.planner });
        return result;
      });
    },
  };
}
