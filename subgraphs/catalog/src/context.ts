import type { Resources } from '@meridian/kernel/resources';
import type { WithViewer } from '@meridian/kernel/viewer';
import type { Pool } from 'pg';
import type { PrismaClient } from './generated/prisma/client.ts';
import type { Loaders } from './loaders.ts';
import type { Rows } from './rows.ts';

/** What every resolver and use case of the catalog may reach; made anew for each operation. */
export type Context = WithViewer & {
  db: PrismaClient;
  pool: Pool;
  rows: Rows;
  events: Resources['events'];
  loaders: Loaders;
};
