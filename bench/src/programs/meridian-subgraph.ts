import { createLogger } from '@meridian/kernel/logger';
import { createMetrics } from '@meridian/kernel/metrics';
import { serveSubgraph } from '@meridian/kernel/subgraph-server';
import { meridianSubgraph } from '../world/meridian.ts';

const [port, name = ''] = process.argv.slice(2);
await serveSubgraph({
  subgraph: meridianSubgraph(name),
  port: Number(port),
  host: '127.0.0.1',
  logger: createLogger(name, 'warn'),
  metrics: createMetrics(name),
  introspection: false,
});
