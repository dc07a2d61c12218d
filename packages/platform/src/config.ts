import { busSettings } from '@meridian/kernel/bus/open-bus';
import { readConfig } from '@meridian/kernel/config';
import { retentionSettings } from '@meridian/kernel/retention';
import { operatingConfig, operatingSettings } from '@meridian/router/config';
import { webhookSettings } from '@meridian/users/webhook/webhook.settings';
import { z } from 'zod';

/** A login on a Postgres server. */
export const postgresUrl = z.url({
  protocol: /^postgres(ql)?$/,
  error: 'give a URL such as postgres://user:password@host:5432/name',
});

export const platformSettings = {
  DATABASE_URL: postgresUrl.optional(),
  HOST: z.string().default('localhost'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
  DATA_DIR: z.string().default('.data'),
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('warn'),
  VIEWER_SECRET: z.string().min(32, 'needs 32 characters or more').optional(),
  AUTH_JWKS: z.string().optional(),
  AUTH_ISSUER: z.string().optional(),
  AUTH_AUDIENCE: z.string().optional(),
  DEMO_DATA: z.stringbool().default(true),
  ...operatingSettings,
  ...busSettings,
  ...retentionSettings,
  ...webhookSettings,
};

/** The settings of `npm start` and its siblings. Everything has a default. */
export type PlatformConfig = z.infer<z.ZodObject<typeof platformSettings>>;

/** The settings of the migration job: the administrator's login, and the one that each subgraph shall have. */
export const migrationSettings = {
  DATABASE_URL: postgresUrl,
  USERS_DATABASE_URL: postgresUrl,
  CATALOG_DATABASE_URL: postgresUrl,
  ORDERS_DATABASE_URL: postgresUrl,
  RIDES_DATABASE_URL: postgresUrl,
  BUS_DATABASE_URL: postgresUrl,
};

/** @throws ConfigError naming every bad setting */
export const readPlatformConfig = (
  env: Readonly<Record<string, string | undefined>> = process.env,
): PlatformConfig => readConfig(platformSettings, env);

/** What the settings say of a router in this process. */
export const routerConfigOf = (config: PlatformConfig) => ({
  production: config.NODE_ENV === 'production',
  ...operatingConfig(config),
});

/**
 * The settings of the router as they are given, for a router that is a process of its own. Redis is the business of one that
 * shares plans only.
 */
export const givenToRouter = (
  env: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> =>
  Object.fromEntries(
    Object.keys(operatingSettings)
      .filter((name) => name !== 'REDIS_URL' || env['PLANNING_SHARED'])
      .flatMap((name) => (env[name] ? [[name, env[name]]] : [])),
  );

/** @throws ConfigError naming every bad setting */
export const readMigrationConfig = (env: Readonly<Record<string, string | undefined>> = process.env) =>
  readConfig(migrationSettings, env);

/** All that children get of our environment: where programs are found, and how `scripts/run.mjs` has Node run them. */
export const inherited: Readonly<Record<string, string>> = Object.fromEntries(
  ['PATH', 'NODE_COMPILE_CACHE', 'MALLOC_ARENA_MAX', 'MALLOC_TRIM_THRESHOLD_'].flatMap((name) => {
    const value = process.env[name];
    return value ? [[name, value]] : [];
  }),
);
