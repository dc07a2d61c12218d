/**
 * What every process of a benchmark runs with: the settings of production, counters on. Requests are not logged, since
 * peers do not log theirs, and identical ones that are under way at once are not shared unless a contender says so.
 * All clients have one address, so that connections are not limited by it.
 */
export const environment: Readonly<Record<string, string | undefined>> = {
  ...process.env,
  NODE_ENV: 'production',
  LOG_LEVEL: 'warn',
  SHARE_IN_FLIGHT: 'false',
  CONNECTIONS: '30000',
  CONNECTIONS_PER_ADDRESS: '30000',
  APOLLO_TELEMETRY_DISABLED: '1',
  // What `scripts/run.mjs` starts Meridian's programs with is for those only.
  MALLOC_ARENA_MAX: undefined,
  MALLOC_TRIM_THRESHOLD_: undefined,
};
