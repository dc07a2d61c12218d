import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { redisIsAvailable, redisIsMissing, startRedis } from './redis.ts';

test.skipIf(!redisIsAvailable())('a Redis answers, and an own one is gone after stop', async () => {
  const server = await startRedis();
  const redis = new Redis(server.url, { retryStrategy: () => null });
  redis.on('error', () => {});
  await redis.set('testkit', 'here');
  expect(await redis.get('testkit')).toBe('here');
  await redis.del('testkit');
  redis.disconnect();
  await server.stop();
});

test('says why tests are left out', () => {
  if (redisIsAvailable()) expect(redisIsMissing()).toBeUndefined();
  else expect(redisIsMissing()).toContain('redis-server is not on the PATH');
});
