import { collectDefaultMetrics, Registry } from 'prom-client';

export type Metrics = Registry;

/** The registry behind one program's `/metrics`: its own metrics and, where asked, those of the Node process. */
export function createMetrics(program: string, { withProcess = false } = {}): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ program });
  if (withProcess) collectDefaultMetrics({ register: registry });
  return registry;
}
