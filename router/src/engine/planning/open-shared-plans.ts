import { ConfigError } from '@meridian/kernel/config';
import type { Logger } from '@meridian/kernel/logger';
import type { RouterConfig } from '../../config.ts';
import type { RouterMetrics } from '../../telemetry/metrics.ts';
import type { SharedPlans } from './shared-plans.ts';

/**
 * The plans that routers share, counted; undefined where they are not to.
 * @throws ConfigError when they are to be and cannot be signed
 */
export async function openSharedPlans(
  { sharedPlans, viewerSecret: secret }: Pick<RouterConfig, 'sharedPlans' | 'viewerSecret'>,
  metrics: Pick<RouterMetrics, 'sharedPlans'>,
  logger: Logger,
): Promise<(SharedPlans & { close(): void }) | undefined> {
  if (!sharedPlans) return undefined;
  if (!secret) throw new ConfigError('PLANNING_SHARED needs VIEWER_SECRET, by which plans are signed.');
  // With its client of Redis, which nobody else needs.
  const { connectPlanStore } = await import('./plan-store.ts');
  const store = await connectPlanStore(sharedPlans.redisUrl, logger);
  return { store, secret, count: (outcome) => metrics.sharedPlans.inc({ outcome }), close: store.close };
}
