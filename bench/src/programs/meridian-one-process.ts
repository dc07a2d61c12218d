// Meridian's router and its subgraphs in one process, with the settings that production has.
import { readFileSync } from 'node:fs';
import { keepMemorySmall } from '@meridian/kernel/collector';
import { createLogger } from '@meridian/kernel/logger';
import { createMetrics } from '@meridian/kernel/metrics';
import { readRouterConfig } from '@meridian/router/config';
import { createRouter } from '@meridian/router/router';
import { meridianSubgraph } from '../world/meridian.ts';
import { world } from '../world/subgraphs.ts';

keepMemorySmall();
const [port, supergraph = ''] = process.argv.slice(2);
const config = readRouterConfig({ PORT: port, HOST: '127.0.0.1' });
const router = await createRouter({
  supergraphSdl: readFileSync(supergraph, 'utf8'),
  transports: Object.fromEntries(Object.keys(world).map((name) => [name, meridianSubgraph(name).transport])),
  config,
  logger: createLogger('router', config.logLevel),
  metrics: createMetrics('router', { withProcess: true }),
});
await router.listen();
