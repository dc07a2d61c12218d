import type { Logger } from '@meridian/kernel/logger';
import type { Resources } from '@meridian/kernel/resources';
import type { WithViewer } from '@meridian/kernel/viewer';
import type { Pool } from 'pg';
import type { Catalog } from './catalog/catalog.ts';
import type { PrismaClient } from './generated/prisma/client.ts';
import type { Loaders } from './loaders.ts';
import type { Rows } from './rows.ts';

/** What every resolver and use case of orders may reach; made anew for each operation. */
export type Context = WithViewer & {
  db: PrismaClient;
  pool: Pool;
  rows: Rows;
  events: Resources['events'];
  loaders: Loaders;
  catalog: Catalog;
  logger: Logger;
  now: () => Date;
};
