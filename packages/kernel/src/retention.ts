import type { Pool } from 'pg';
import { z } from 'zod';
import { bytesPerEvent } from './event-log/event-size.ts';
import { isWholeBatch, trimLog } from './event-log/trim-log.ts';
import { trimIdempotencyKeys } from './idempotency.ts';
import type { Logger } from './logger.ts';
import { wakeLoop } from './wake-loop.ts';

/** How long is kept what is only there to be gone back to. */
export const retentionSettings = {
  OUTBOX_RETENTION_HOURS: z.coerce.number().positive().default(168),
  OUTBOX_RETENTION_MB: z.coerce.number().positive().default(1_000),
  IDEMPOTENCY_RETENTION_HOURS: z.coerce.number().positive().default(168),
};
/** What counts where nothing is set. */
export const retentionDefaults = z.object(retentionSettings).parse({});
export type RetentionSettings = z.infer<z.ZodObject<typeof retentionSettings>>;

export type Retention = {
  /** Looks for what is to go now, and not only at the next round. */
  wake(): void;
  stop(): Promise<void>;
};

const roundMs = 60_000;
const bytesOfMB = 1_000_000;

/** Keeps the logs of a schema and its idempotency keys as short as the settings say, while it runs. */
export function startRetention(options: {
  pool: Pool;
  schema: string;
  /** Its logs. */
  tables: readonly string[];
  settings: RetentionSettings;
  logger: Logger;
}): Retention {
  const { pool, schema, tables, settings, logger } = options;
  const { OUTBOX_RETENTION_HOURS: hours, OUTBOX_RETENTION_MB: megabytes } = settings;

  const trim = async (isStopped: () => boolean): Promise<void> => {
    for (const table of tables) {
      const size = await bytesPerEvent(pool, { schema, table });
      const rows = size === null ? Number.MAX_SAFE_INTEGER : Math.ceil((megabytes * bytesOfMB) / size);
      let count = 0;
      do count = await trimLog(pool, { schema, table, hours, rows });
      while (isWholeBatch(count) && !isStopped());
    }
    await trimIdempotencyKeys(pool, settings.IDEMPOTENCY_RETENTION_HOURS, isStopped);
    loop.wakeIn(roundMs);
  };
  const loop = wakeLoop(
    trim,
    (error) => logger.warn({ err: error }, 'could not trim what need not be kept; trying again'),
    roundMs,
  );
  loop.wake();
  return { wake: loop.wake, stop: loop.stop };
}
