import type pg from 'pg';
import type { InboxTx } from '../bus/inbox.ts';

/** The inbox in a transaction of the bare driver, for tests of the kernel, which has no Prisma client of its own. */
export const inboxTx = (client: pg.PoolClient): InboxTx => ({
  inboxMessage: {
    async createMany({ data }) {
      const [row] = data;
      const { rowCount } = await client.query(
        'INSERT INTO inbox (consumer, message_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
        [row?.consumer, row?.messageId],
      );
      return { count: rowCount ?? 0 };
    },
  },
});

/** Runs `effect` in one transaction. */
export async function inTransaction<T>(
  pool: pg.Pool,
  effect: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const result = await effect(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}
