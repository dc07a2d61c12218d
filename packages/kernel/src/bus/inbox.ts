import type { Pool } from 'pg';
import type { BusMessage } from './bus.ts';

/** What the inbox needs of a subgraph's Prisma transaction; a bare client is refused. */
export type InboxTx = {
  $connect?: never;
  inboxMessage: {
    createMany(args: {
      data: { consumer: string; messageId: string }[];
      skipDuplicates: true;
    }): Promise<{ count: number }>;
  };
};

/**
 * Runs the effect of a message at most once per consumer. The message is noted first, in the transaction of the effect:
 * a twin that runs at the same time waits on it and does nothing, a crash takes both back.
 * @returns whether it ran
 */
export async function handleOnce(
  tx: InboxTx,
  consumer: string,
  message: Pick<BusMessage, 'id'>,
  run: () => Promise<void>,
): Promise<boolean> {
  const { count } = await tx.inboxMessage.createMany({
    data: [{ consumer, messageId: message.id }],
    skipDuplicates: true,
  });
  if (count === 0) return false;
  await run();
  return true;
}

/** Rows a statement may delete; more would hold locks and bloat the log of Postgres in one go. */
const batch = 5_000;

/**
 * Forgets messages handled before `before`: later than any bus still delivers one.
 * @returns how many
 */
export async function trimInbox(pool: Pool, before: Date): Promise<number> {
  for (let trimmed = 0; ; ) {
    const { rowCount } = await pool.query(
      `DELETE FROM inbox WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM inbox WHERE handled_at < $1 ORDER BY handled_at LIMIT ${batch} FOR UPDATE SKIP LOCKED))`,
      [before],
    );
    trimmed += rowCount ?? 0;
    if ((rowCount ?? 0) < batch) return trimmed;
  }
}
