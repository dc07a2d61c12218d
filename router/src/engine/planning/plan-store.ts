import type { Logger } from '@meridian/kernel/logger';
import { connectCacheRedis } from '@meridian/kernel/redis';

/** Keeps entries for whoever knows their key. Rejects what it cannot do. */
export type PlanStore = {
  /** At most one byte more than `most` of the entry, so that a longer one costs nothing; undefined for none. */
  read(key: string, most: number): Promise<Buffer | undefined>;
  write(key: string, entry: Buffer): Promise<void>;
};

/** Plans that are still wanted after that are written again by the next router that starts. */
const keptForSeconds = 24 * 60 * 60;

/** The first operations come when the router listens; what Redis does not know by then is planned. */
const readyWithinMs = 500;

/** Nobody waits for what is written. */
const writtenWithinMs = 1_000;

/**
 * Plans in Redis. Waits for the connection, and not for long: later it is made all the same.
 * @param patienceMs how long reading may take, and writing if that is more than usual
 */
export async function connectPlanStore(
  url: string,
  logger: Logger,
  patienceMs = 5,
): Promise<PlanStore & { close(): void }> {
  const redis = connectCacheRedis(url, logger, Math.max(writtenWithinMs, patienceMs));
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  redis.once('ready', resolve);
  const timer = setTimeout(resolve, readyWithinMs);
  await ready;
  clearTimeout(timer);
  redis.off('ready', resolve);
  return {
    async read(key, most) {
      const entry = await within(patienceMs, redis.getrangeBuffer(key, 0, most));
      return entry.length > 0 ? entry : undefined;
    },
    async write(key, entry) {
      await redis.set(key, entry, 'EX', keptForSeconds);
    },
    close: () => redis.disconnect(),
  };
}

/** A router that has just started keeps its thread busy for longer: what has arrived meanwhile is read before time is up. */
async function within<Value>(ms: number, answer: Promise<Value>): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => setImmediate(reject, new Error('Redis is slow')), ms);
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
    answer.catch(() => {});
  }
}
