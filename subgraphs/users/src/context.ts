import type { WithViewer } from '@meridian/kernel/viewer';
import type { PrismaClient } from './generated/prisma/client.ts';
import type { Loaders } from './loaders.ts';
import type { Rows } from './rows.ts';

/** What every resolver and use case of users may reach; made anew for each operation. */
export type Context = WithViewer & {
  db: PrismaClient;
  rows: Rows;
  loaders: Loaders;
};
