import { runSubgraph } from '@meridian/kernel/run-subgraph';
import { readSettings } from './config.ts';
import { createUsers } from './subgraph.ts';

await runSubgraph({ name: 'users', readSettings, create: createUsers });
