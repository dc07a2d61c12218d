import type { EventLog } from '@meridian/kernel/event-log/event-log';
import type { Logger } from '@meridian/kernel/logger';
import type { WithViewer } from '@meridian/kernel/viewer';
import type { Pool } from 'pg';
import type { PrismaClient } from './generated/prisma/client.ts';
import type { Loaders } from './loaders.ts';
import type { Rows } from './rows.ts';
import type { WebhookPolicy } from './webhook/endpoint.rules.ts';
import type { SecretBox } from './webhook/secret.ts';

/** What every resolver and use case of users may reach; made anew for each operation. */
export type Context = WithViewer & {
  db: PrismaClient;
  pool: Pool;
  rows: Rows;
  /** What partners hear of. */
  partnerLog: EventLog;
  webhooks: WebhookPolicy & { box: SecretBox };
  now: () => Date;
  logger: Logger;
  loaders: Loaders;
  /** For streams, whose events outlive the loaders of the operation that began them. */
  newLoaders: () => Loaders;
};
