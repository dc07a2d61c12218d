import { Redis } from 'ioredis';
import type { Logger } from './logger.ts';

const retryStrategy = (attempt: number) => Math.min(50 * 2 ** attempt, 2_000);

/**
 * A connection for a cache: when Redis is away, commands fail within milliseconds instead of queueing.
 * ioredis' defaults made the first command wait 73 s for an absent server.
 * @param commandTimeout in milliseconds, for a server that hangs
 */
export function connectCacheRedis(url: string, logger: Logger, commandTimeout = 4): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout,
    connectTimeout: 500,
    retryStrategy,
  });
  return reportOutages(redis, logger);
}

/** A connection for publishing or subscribing: commands wait for the server to come back, without a time limit. */
export function connectPubSubRedis(url: string, logger: Logger): Redis {
  return reportOutages(
    new Redis(url, { maxRetriesPerRequest: null, connectTimeout: 500, retryStrategy }),
    logger,
  );
}

/** One line when Redis goes, one when it is back; without a listener an error event would end the process. */
function reportOutages(redis: Redis, logger: Logger): Redis {
  let down = false;
  redis.on('error', (error: Error) => {
    if (!down) logger.warn({ err: error }, 'redis is away; going on without it');
    down = true;
  });
  redis.on('ready', () => {
    if (down) logger.info('redis is back');
    down = false;
  });
  return redis;
}
