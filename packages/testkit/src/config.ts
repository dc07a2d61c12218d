import { readConfig } from '@meridian/kernel/config';
import { z } from 'zod';

/** What tests take from the environment. */
export const config = readConfig(
  {
    /** Administrator's login of a PostgreSQL to test on; without it an embedded one is started. */
    TEST_DATABASE_URL: z.url().optional(),
    /** A Redis to test on; without it redis-server is started when it is on the PATH. */
    REDIS_URL: z.url().optional(),
    /** A Kafka to test on, `host:port,…`; without it kcat's stand-in is started when it is on the PATH. */
    KAFKA_BROKERS: z.string().optional(),
    /** Where the choices of a test begin, to repeat what another run has found. */
    PROPERTY_SEED: z.coerce.number().int().optional(),
    PATH: z.string().default('/usr/local/bin:/usr/bin:/bin'),
  },
  process.env,
);
