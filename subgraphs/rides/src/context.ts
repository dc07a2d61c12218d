import type { Peer } from '@meridian/kernel/peer';
import type { Resources } from '@meridian/kernel/resources';
import type { WithViewer } from '@meridian/kernel/viewer';
import type { PrismaClient } from './generated/prisma/client.ts';
import type { Loaders } from './loaders.ts';
import type { Rows } from './rows.ts';

/** What every resolver and use case of rides may reach; made anew for each operation. */
export type Context = WithViewer & {
  db: PrismaClient;
  rows: Rows;
  events: Resources['events'];
  live: Resources['live'];
  /** The orders subgraph, for what a delivery needs to know. */
  orders: Peer;
  correlationId: string;
  now: () => Date;
  loaders: Loaders;
};
