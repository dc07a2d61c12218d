import { Counter, type CounterConfiguration, collectDefaultMetrics, Registry } from 'prom-client';

export type Metrics = Registry;

/** The registry behind one process's `/metrics`: what its parts count and, where asked, the Node process itself. */
export function createMetrics(program: string, { withProcess = false } = {}): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ program });
  if (withProcess) collectDefaultMetrics({ register: registry });
  return registry;
}

/** The counter of that name; subgraphs that share a process share it and tell themselves apart by a label. */
export function counter<Label extends string>(
  registry: Metrics,
  configuration: Omit<CounterConfiguration<Label>, 'registers'>,
): Counter<Label> {
  const known = registry.getSingleMetric(configuration.name);
  return known instanceof Counter ? known : new Counter({ ...configuration, registers: [registry] });
}
