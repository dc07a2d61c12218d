import { z } from 'zod';
import type { Bus } from './bus/bus.ts';
import { busSettings, openBus } from './bus/open-bus.ts';
import { ConfigError, readConfig } from './config.ts';
import { createLogger, type Logger } from './logger.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { type RetentionSettings, retentionSettings } from './retention.ts';
import { stopOnSignals } from './shutdown.ts';
import type { Subgraph } from './subgraph.ts';
import { serveSubgraph } from './subgraph-server.ts';
import { versionLines } from './versions.ts';

/** The settings that every subgraph's own process has. */
export const subgraphSettings = {
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  VIEWER_SECRET: z.string().min(32),
  HOST: z.string().default('0.0.0.0'),
  PORT: z.coerce.number().int().min(0).max(65535),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  NODE_ENV: z.enum(['development', 'test', 'production']).default('production'),
  BUS_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  ...busSettings,
  ...retentionSettings,
};
export type SubgraphSettings = z.infer<z.ZodObject<typeof subgraphSettings>>;

const served = [
  'graphql',
  '@apollo/server',
  '@apollo/subgraph',
  '@prisma/adapter-pg',
  'pg',
  'dataloader',
  'ioredis',
  'graphql-ws',
];

/** What every subgraph is made from; those that call others add these to it. */
export type SubgraphDependencies = {
  databaseUrl: string;
  redisUrl: string | null;
  /** Brings events to and from other subgraphs; left open. */
  bus: Bus;
  viewerSecret: string;
  /** How long events and idempotency keys are kept; as usual when absent. */
  retention?: RetentionSettings;
  logger: Logger;
  metrics: Metrics;
  now?: () => Date;
};

/**
 * The composition root of a subgraph that is its own process. Ends the process with code 1 and one clear message
 * when settings are wrong, the database is away or the port is taken.
 */
export async function runSubgraph<Settings extends SubgraphSettings>(options: {
  name: string;
  readSettings: () => Settings;
  create: (dependencies: SubgraphDependencies, settings: Settings) => Promise<Subgraph>;
}): Promise<void> {
  const { name, readSettings, create } = options;
  if (process.argv.includes('--version')) {
    process.stdout.write(versionLines(`meridian ${name}`, served, import.meta.url));
    return;
  }
  const settings = readSettings();
  const logger = createLogger(name, settings.LOG_LEVEL);
  const metrics = createMetrics(name, { withProcess: true });
  let bus: Bus | null = null;
  try {
    bus = await openBus(settings, settings.BUS_DATABASE_URL, logger);
    const opened = bus;
    const subgraph = await create(
      {
        databaseUrl: settings.DATABASE_URL,
        redisUrl: settings.REDIS_URL ?? null,
        bus: opened,
        viewerSecret: settings.VIEWER_SECRET,
        retention: settings,
        logger,
        metrics,
      },
      settings,
    );
    const server = await serveSubgraph({
      subgraph,
      port: settings.PORT,
      host: settings.HOST,
      logger,
      metrics,
      introspection: settings.NODE_ENV !== 'production',
    }).catch(async (error: unknown) => {
      await subgraph.stop();
      throw error;
    });
    const stop = async () => {
      await server.stop();
      await opened.close();
    };
    stopOnSignals({ stop }, logger);
    logger.info({ url: server.url }, 'serving');
  } catch (error) {
    await bus?.close();
    logger.fatal({ err: error }, `${name} could not start`);
    process.exitCode = 1;
  }
}

/** Reads the settings of a subgraph's process, or ends it with the list of what is wrong. */
export function settingsOrExit<Shape extends z.ZodRawShape>(
  shape: Shape,
  env: Readonly<Record<string, string | undefined>>,
): z.infer<z.ZodObject<Shape>> {
  try {
    return readConfig(shape, env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
