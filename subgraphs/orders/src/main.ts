import { runSubgraph } from '@meridian/kernel/run-subgraph';
import { httpTransport } from '@meridian/kernel/transport-http';
import { readSettings } from './config.ts';
import { createOrders } from './subgraph.ts';

await runSubgraph({
  name: 'orders',
  readSettings,
  create: (dependencies, { CATALOG_URL }) =>
    createOrders({ ...dependencies, catalog: httpTransport({ url: CATALOG_URL }) }),
});
