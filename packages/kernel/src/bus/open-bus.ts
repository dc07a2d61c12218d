import { z } from 'zod';
import { ConfigError } from '../config.ts';
import type { Logger } from '../logger.ts';
import type { Bus } from './bus.ts';
import { openPgBossBus } from './pg-boss-bus.ts';

/** The settings of the bus, the same for every program that opens it. */
export const busSettings = {
  BUS_TRIES: z.coerce.number().int().min(1).max(100).default(10),
  BUS_LEASE_SECONDS: z.coerce.number().int().min(1).max(3_600).default(30),
  KAFKA_BROKERS: z
    .string()
    .regex(/^[^\s,]+:\d+(,[^\s,]+:\d+)*$/, 'give host:port, or several with commas between them')
    .optional(),
};
export type BusSettings = z.infer<z.ZodObject<typeof busSettings>>;

/** What the settings are when nobody sets any. */
export const busDefaults: BusSettings = z.object(busSettings).parse({});

/**
 * Opens the bus that the settings name.
 * @param databaseUrl login of the role that may use pg-boss's schema; not needed with Kafka
 * @throws ConfigError when they name none
 */
export async function openBus(
  { BUS_TRIES, BUS_LEASE_SECONDS, KAFKA_BROKERS }: BusSettings,
  databaseUrl: string | undefined,
  logger: Logger,
): Promise<Bus> {
  const tries = { most: BUS_TRIES, firstPause: 1, longestPause: 300, lease: BUS_LEASE_SECONDS };
  if (KAFKA_BROKERS) {
    const { openKafkaBus } = await importKafka();
    return openKafkaBus({ brokers: KAFKA_BROKERS.split(','), logger, tries });
  }
  if (!databaseUrl)
    throw new ConfigError(
      'Bad settings in the environment:\n  BUS_DATABASE_URL is not set, and neither is KAFKA_BROKERS',
    );
  return openPgBossBus({ url: databaseUrl, logger, tries });
}

/** Its client is installed by those who use it: ten megabytes that the others need not carry. */
async function importKafka() {
  try {
    return await import('./kafka-bus.ts');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) throw error;
    throw new ConfigError(
      'KAFKA_BROKERS is set, but the client for Kafka is not installed: ' +
        'npm install --no-save --save-prod --omit=dev @platformatic/kafka@2.12.1',
      { cause: error },
    );
  }
}
