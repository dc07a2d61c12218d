import type { Pool } from 'pg';
import type { JobWithMetadata, PgBoss } from 'pg-boss';
import type { Logger } from '../logger.ts';
import { wakeLoop } from '../wake-loop.ts';
import type { Backlog, BusConsumer, BusMessage, Consuming, Tries } from './bus.ts';
import { busSchema } from './pg-boss-schema.ts';

/** A message as it stands in a queue; `id` and key are the job's own. */
export type Queued = Omit<BusMessage, 'id' | 'at'> & { at: string };

/** One try of a message. */
type Attempt = { id: string; retryCount: number };

/**
 * Messages of different keys that one process handles at once; each takes a database connection of the subgraph. No more
 * are taken: the lease runs from the taking, so one that waits here could be another's by the time that it is its turn.
 */
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
  const settle = settleInBatches(boss, name, (error) =>
    // It is given back when its lease runs out; if it was done, the inbox knows.
    logger.warn({ err: error, consumer: name }, 'could not say what became of messages'),
  );
  // Who starts may follow one that was killed.
  let lastGivenUp = 0;

  /** @returns whether the message is done with: handled or parked */
  const handle = async (job: JobWithMetadata<Queued>): Promise<boolean> => {
    const message: BusMessage = { ...job.data, id: job.id, at: new Date(job.data.at) };
    // Counted by the queue, so that a message that kills its process is parked too.
    const tried = job.retryCount + 1;
    try {
      if (tried > tries.most) throw new Error('Whoever took it never answered: killed by it, or too slow.');
      await consumer.handle(message);
      return true;
    } catch (error) {
      if (tried < tries.most) return false;
      return consumer.park(message, { tries: Math.min(tried, tries.most), error }).then(
        () => true,
        () => false,
      );
    }
  };

  const begin = (job: JobWithMetadata<Queued>): void => {
    const hand = handle(job)
      .then((isDone) => settle(job, isDone))
      .finally(() => {
        inHand.delete(hand);
        loop.wake();
      });
    inHand.add(hand);
  };

  const loop = wakeLoop(
    async (isStopped) => {
      if (Date.now() - lastGivenUp > Math.min(giveUpEveryMs, tries.lease * 1_000)) {
        lastGivenUp = Date.now();
        await giveUpLapsed(boss, pool, name);
      }
      if (isStopped()) return;
      loop.wakeIn(lookEveryMs);
      const free = atOnce - inHand.size;
      if (free === 0) return;
      const jobs = await boss.fetch<Queued>(name, { batchSize: free, includeMetadata: true });
      for (const job of jobs) begin(job);
    },
    (error) => logger.warn({ err: error, consumer: name }, 'could not take messages; trying again'),
  );
  loop.wake();

  return {
    wake: loop.wake,
    backlog: () => backlogOf(pool, name),
    async stop() {
      await loop.stop();
      while (inHand.size > 0) await Promise.all(inHand);
    },
  };
}

/** Tells the queue what became of messages: those that end while it is being told, together in the next statement. */
function settleInBatches(boss: PgBoss, queue: string, onError: (error: unknown) => void) {
  const ended: { done: Attempt[]; failed: Attempt[] } = { done: [], failed: [] };
  let telling: Promise<void> | null = null;
  const tell = async (): Promise<void> => {
    while (ended.done.length + ended.failed.length > 0) {
      const [done, failed] = [ended.done.splice(0), ended.failed.splice(0)];
      // Only this attempt: when its lease ran out, somebody else has the message now.
      if (done.length > 0) await boss.complete(queue, done).catch(onError);
      if (failed.length > 0) await boss.fail(queue, failed).catch(onError);
    }
    telling = null;
  };
  return ({ id, retryCount }: Attempt, isDone: boolean): Promise<void> => {
    ended[isDone ? 'done' : 'failed'].push({ id, retryCount });
    telling ??= tell();
    return telling;
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
