/** What every process of a benchmark runs with: production settings, counters on, one line a request in no log. */
export const environment: Readonly<Record<string, string | undefined>> = {
  ...process.env,
  NODE_ENV: 'production',
  LOG_LEVEL: 'warn',
  APOLLO_TELEMETRY_DISABLED: '1',
};
