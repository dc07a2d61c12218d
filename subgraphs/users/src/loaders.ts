import type { Pool } from 'pg';
import { organisationLoaders } from './organisation/organisation.loaders.ts';
import type { Rows } from './rows.ts';
import { userLoaders } from './user/user.loaders.ts';
import { webhookLoaders } from './webhook/webhook.loaders.ts';

export type Loaders = ReturnType<typeof createLoaders>;

/** All batch reads of one operation. */
export const createLoaders = (pool: Pool, rows: Rows) => ({
  ...userLoaders(pool, rows.users),
  ...organisationLoaders(pool, rows.memberships),
  ...webhookLoaders(pool),
});
