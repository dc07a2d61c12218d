import { PgBoss } from 'pg-boss';

/** The Postgres schema of pg-boss. */
export const busSchema = 'bus';

/**
 * Makes pg-boss's tables in their schema, or brings them to the version of this package; the administrator owns them.
 * Safe to repeat and to run twice at once.
 */
export async function installPgBoss(adminUrl: string): Promise<void> {
  const boss = new PgBoss({
    connectionString: adminUrl,
    application_name: 'meridian-bus-install',
    schema: busSchema,
    max: 2,
    supervise: false,
    schedule: false,
  });
  try {
    await boss.start();
  } finally {
    await boss.stop({ graceful: false });
  }
}
