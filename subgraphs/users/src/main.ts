import { runSubgraph } from '@meridian/kernel/run-subgraph';
import { settings } from './config.ts';
import { createUsers } from './subgraph.ts';

await runSubgraph({ name: 'users', settings, create: createUsers });
