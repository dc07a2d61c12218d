/**
 * What every process of a benchmark runs with: the settings of production, counters on. Requests are not logged, since
 * peers do not log theirs, and identical ones that are under way at once are not shared unless a contender says so.
 */
export const environment: Readonly<Record<string, string | undefined>> = {
  ...process.env,
  NODE_ENV: 'production',
  LOG_LEVEL: 'warn',
  SHARE_IN_FLIGHT: 'false',
  APOLLO_TELEMETRY_DISABLED: '1',
};
