import { ConfigError } from '@meridian/kernel/config';
import { z } from 'zod';

export const sharedPlansSettings = {
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'give a URL such as redis://localhost:6379' }).optional(),
  PLANNING_SHARED: z.stringbool().default(false),
};

/**
 * Where plans are shared; undefined for nowhere.
 * @throws ConfigError when they are to be and no Redis is named
 */
export function sharedPlansOf({
  REDIS_URL,
  PLANNING_SHARED,
}: z.infer<z.ZodObject<typeof sharedPlansSettings>>): { redisUrl: string } | undefined {
  if (!PLANNING_SHARED) return undefined;
  if (!REDIS_URL)
    throw new ConfigError('PLANNING_SHARED needs REDIS_URL, which says where plans are shared.');
  return { redisUrl: REDIS_URL };
}
