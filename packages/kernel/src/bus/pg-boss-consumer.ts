import type { Pool } from 'pg';
import type { JobWithMetadata, PgBoss } from 'pg-boss';
import type { Logger } from '../logger.ts';
import { wakeLoop } from '../wake-loop.ts';
import type { Backlog, BusConsumer, BusMessage, Consuming, Tries } from './bus.ts';
import { busSchema } from './pg-boss-schema.ts';

/** A message as it stands in a queue; `id` and key are the job's own. */
export type Queued = Omit<BusMessage, 'id' | 'at'> & { at: string };

/** Messages of different keys that one process handles at once; each takes a database connection of the subgraph. */
const atOnce = 5;
/** `NOTIFY` wakes us; this finds what became due without one: second tries, and what a dead process left. */
const lookEveryMs = 1_000;
const giveUpEveryMs = 5_000;

/** Takes messages from one queue, the oldest of each key, and hands them over until stopped. */
export function consumeQueue({
  boss,
  pool,
  consumer,
  tries,
  logger,
}: {
  boss: PgBoss;
  pool: Pool;
  consumer: BusConsumer;
  tries: Tries;
  logger: Logger;
}): Consuming & { wake(): void } {
  const { name } = consumer;
  const inHand = new Set<Promise<void>>();
  let lastGivenUp = Date.now();

  const take = async (job: JobWithMetadata<Queued>): Promise<void> => {
    const message: BusMessage = { ...job.data, id: job.id, at: new Date(job.data.at) };
    // Counted by the queue, so that a message that kills its process is parked too.
    const tried = job.retryCount + 1;
    try {
      if (tried > tries.most) {
        const error = new Error('Whoever took it never answered: killed by it, or too slow.');
        await consumer.park(message, { tries: tries.most, error });
      } else {
        await consumer.handle(message).catch((error: unknown) => {
          if (tried < tries.most) throw error;
          return consumer.park(message, { tries: tried, error });
        });
      }
      await boss.complete(name, job);
    } catch {
      // Who handles it has logged why. Only this attempt is failed: when the lease ran out, another one has it now.
      await boss.fail(name, job).catch((error: unknown) => {
        logger.warn(
          { err: error, consumer: name },
          'could not give a message back; it is, when its lease runs out',
        );
      });
    }
  };

  const loop = wakeLoop(
    async (isStopped) => {
      if (Date.now() - lastGivenUp > giveUpEveryMs) {
        lastGivenUp = Date.now();
        await giveUpLapsed(boss, pool, name);
      }
      const free = atOnce - inHand.size;
      const jobs = free > 0 ? await boss.fetch<Queued>(name, { batchSize: free, includeMetadata: true }) : [];
      for (const job of jobs) {
        const taken = take(job).finally(() => {
          inHand.delete(taken);
          loop.wake();
        });
        inHand.add(taken);
      }
      if (!isStopped()) loop.wakeIn(lookEveryMs);
    },
    (error) => logger.warn({ err: error, consumer: name }, 'could not take messages; trying again'),
  );
  loop.wake();

  return {
    wake: loop.wake,
    backlog: () => backlogOf(pool, name),
    async stop() {
      await loop.stop();
      await Promise.all(inHand);
    },
  };
}

async function backlogOf(pool: Pool, queue: string): Promise<Backlog> {
  const { rows } = await pool.query<Backlog>(
    `SELECT count(*)::int AS messages, min((data->>'at')::timestamptz) AS oldest
     FROM ${busSchema}.job WHERE name = $1 AND state < 'completed'`,
    [queue],
  );
  return rows[0] ?? { messages: 0, oldest: null };
}

/** Gives back what was taken by processes whose lease has run out. */
async function giveUpLapsed(boss: PgBoss, pool: Pool, queue: string): Promise<void> {
  const { rows } = await pool.query<{ id: string; retryCount: number }>(
    `SELECT id, retry_count AS "retryCount" FROM ${busSchema}.job
     WHERE name = $1 AND state = 'active' AND policy = 'key_strict_fifo'
       AND started_on + expire_seconds * interval '1 s' < now()`,
    [queue],
  );
  if (rows.length > 0) await boss.fail(queue, rows);
}
