import { runSubgraph } from '@meridian/kernel/run-subgraph';
import { httpTransport } from '@meridian/kernel/transport-http';
import { readSettings } from './config.ts';
import { createRides } from './subgraph.ts';

await runSubgraph({
  name: 'rides',
  readSettings,
  create: (dependencies, { ORDERS_URL }) =>
    createRides({ ...dependencies, orders: httpTransport({ url: ORDERS_URL }) }),
});
