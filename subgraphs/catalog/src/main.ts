import { runSubgraph } from '@meridian/kernel/run-subgraph';
import { readSettings } from './config.ts';
import { createCatalog } from './subgraph.ts';

await runSubgraph({ name: 'catalog', readSettings, create: createCatalog });
