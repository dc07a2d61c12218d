import {
  Counter,
  type CounterConfiguration,
  collectDefaultMetrics,
  Gauge,
  type GaugeConfiguration,
  Registry,
} from 'prom-client';

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

type Reading = { labels: Record<string, string>; read: () => Promise<number> };
const readings = new WeakMap<Gauge, Set<Reading>>();

/**
 * Shows what `read` tells whenever somebody asks for `/metrics`, under these labels. What cannot be read is left out of
 * that answer, so that the rest of it is still given.
 * @returns ends it
 */
export function measure<Label extends string>(
  registry: Metrics,
  configuration: Pick<GaugeConfiguration<Label>, 'name' | 'help'>,
  labels: Record<Label, string>,
  read: () => Promise<number>,
): () => void {
  const known = registry.getSingleMetric(configuration.name);
  const gauge = known instanceof Gauge ? known : newGauge(registry, configuration, Object.keys(labels));
  const reading: Reading = { labels, read };
  readings.get(gauge)?.add(reading);
  return () => readings.get(gauge)?.delete(reading);
}

function newGauge(registry: Metrics, { name, help }: { name: string; help: string }, labelNames: string[]) {
  const gauge: Gauge = new Gauge({
    name,
    help,
    labelNames,
    registers: [registry],
    async collect() {
      gauge.reset();
      await Promise.all(
        [...(readings.get(gauge) ?? [])].map(async ({ labels, read }) => {
          const value = await read().catch(() => null);
          if (value !== null) gauge.set(labels, value);
        }),
      );
    },
  });
  readings.set(gauge, new Set());
  return gauge;
}
