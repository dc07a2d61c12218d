import { counter, type Metrics, measure } from '@meridian/kernel/metrics';
import { wakeLoop } from '@meridian/kernel/wake-loop';
import type { Context } from '../context.ts';
import { type ClaimedDelivery, claimDeliveries, releaseDelivery, untilNextDue } from './claim-deliveries.ts';
import { fanOut } from './fan-out.ts';
import { postDelivery } from './post-delivery.ts';
import { recordAttempt } from './record-attempt.ts';
import { keepDeliveriesMs } from './schedule.rules.ts';
import type { SecretBox } from './secret.ts';
import type { Sender } from './sender.ts';

export type Posting = Pick<Context, 'db' | 'pool' | 'partnerLog' | 'now' | 'logger'> & {
  box: SecretBox;
  sender: Sender;
  metrics: Metrics;
};

export type Poster = {
  /** There may be something to post. */
  wake(): void;
  stop(): Promise<void>;
};

/** Posts at once by this process. */
const mostAtOnce = 32;
/** Looks again after so long even when nobody woke it. */
const idleMs = 30_000;
const trimEveryMs = 3_600_000;

/**
 * Posts events to webhooks, beside as many other processes as there are: makes deliveries of what the log tells, takes
 * those that are due, and writes down what became of each.
 */
export function startPosting(context: Posting): Poster {
  const { pool, now, logger, sender, metrics } = context;
  const underWay = new Map<Promise<void>, string>();
  let stopping = false;
  let trimmedAt = 0;
  let last: string | undefined;
  const attempts = counter(metrics, {
    name: 'meridian_webhook_attempts_total',
    help: 'Attempts to post an event, by outcome; one that failed is tried again, one given up is not.',
    labelNames: ['outcome'],
  });
  const unmeasure = measure(metrics, oldestUndelivered, {}, () => ageOfOldest(pool, now()));

  const attempt = async (delivery: ClaimedDelivery): Promise<void> => {
    const began = performance.now();
    const answer = await postDelivery(context, delivery);
    if (stopping && answer.error !== null) return releaseDelivery(pool, delivery, now());
    const durationMs = Math.round(performance.now() - began);
    attempts.inc({ outcome: await recordAttempt(context, delivery, { ...answer, durationMs }) });
  };

  const begin = (delivery: ClaimedDelivery): void => {
    const run = attempt(delivery)
      .catch((error: unknown) => {
        const { id, endpointId } = delivery;
        logger.warn(
          { err: error, delivery: String(id), endpointId },
          'could not finish a delivery; its lease will end',
        );
      })
      .finally(() => {
        underWay.delete(run);
        loop.wake();
      });
    underWay.set(run, delivery.endpointId);
  };

  const loop = wakeLoop(
    async (isStopped) => {
      const hasMore = await fanOut(context, isStopped);
      while (!isStopped() && underWay.size < mostAtOnce) {
        const most = mostAtOnce - underWay.size;
        const claimed = await claimDeliveries(pool, {
          now: now(),
          most,
          underWay: counted(underWay.values()),
          last,
        });
        last = claimed.at(-1)?.endpointId ?? last;
        for (const delivery of claimed) begin(delivery);
        if (claimed.length === 0) break;
      }
      if (Date.now() - trimmedAt > trimEveryMs) {
        await trimDeliveries(pool, new Date(now().getTime() - keepDeliveriesMs));
        trimmedAt = Date.now();
      }
      if (hasMore) loop.wake();
      else loop.wakeIn(Math.min(idleMs, (await untilNextDue(pool, now())) ?? idleMs));
    },
    (error) => logger.warn({ err: error }, 'could not look for events to post; trying again'),
  );
  loop.wake();

  return {
    wake: loop.wake,
    async stop() {
      stopping = true;
      unmeasure();
      await loop.stop();
      await sender.close();
      await Promise.all(underWay.keys());
    },
  };
}

function counted(names: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

const oldestUndelivered = {
  name: 'meridian_webhook_oldest_undelivered_seconds',
  help: 'Age of the oldest delivery that waits for an endpoint that is enabled.',
};

async function ageOfOldest(pool: Posting['pool'], now: Date): Promise<number> {
  const { rows } = await pool.query<{ oldest: Date | null }>(
    `SELECT min(d.created_at) AS oldest FROM webhook_deliveries d JOIN webhook_endpoints e ON e.id = d.endpoint_id
     WHERE d.status = 'PENDING' AND e.disabled_at IS NULL`,
  );
  const oldest = rows[0]?.oldest;
  return oldest ? Math.max(0, now.getTime() - oldest.getTime()) / 1_000 : 0;
}

/** Rows that one statement may delete; more would hold locks for long. */
const batch = 5_000;

/** Forgets deliveries that came to an end before `before`. */
export async function trimDeliveries(pool: Posting['pool'], before: Date): Promise<void> {
  for (;;) {
    const { rowCount } = await pool.query(
      `DELETE FROM webhook_deliveries WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM webhook_deliveries WHERE settled_at < $1 ORDER BY settled_at LIMIT ${batch} FOR UPDATE SKIP LOCKED))`,
      [before],
    );
    if ((rowCount ?? 0) < batch) return;
  }
}
