import { runSubgraph } from '@meridian/kernel/run-subgraph';
import { settings } from './config.ts';
import { createCatalog } from './subgraph.ts';

await runSubgraph({ name: 'catalog', settings, create: createCatalog });
