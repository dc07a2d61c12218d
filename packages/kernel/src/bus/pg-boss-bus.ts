import pg from 'pg';
import { PgBoss } from 'pg-boss';
import type { Logger } from '../logger.ts';
import { outliveConnections } from '../lost-connections.ts';
import { openNotifications } from '../notifications.ts';
import type { Bus, Tries } from './bus.ts';
import { consumeQueue } from './pg-boss-consumer.ts';
import { openQueue, sendToQueues, subscribe } from './pg-boss-queues.ts';
import { busSchema } from './pg-boss-schema.ts';

export type PgBossBusOptions = {
  /** Login URL of the role that may use the schema of pg-boss. */
  url: string;
  logger: Logger;
  tries: Tries;
};

/**
 * The bus on Postgres: one queue for each consumer, in which a message waits for its predecessors of the same key.
 * `NOTIFY` wakes consumers.
 * @throws when the database is away, or its schema was not installed
 */
export async function openPgBossBus({ url, logger, tries }: PgBossBusOptions): Promise<Bus> {
  const pool = new pg.Pool({
    connectionString: url,
    max: 4,
    application_name: 'meridian-bus',
    connectionTimeoutMillis: 5_000,
    options: '-c statement_timeout=5000 -c idle_in_transaction_session_timeout=15000',
  });
  outliveConnections(pool, (error) => logger.warn({ err: error }, 'an idle connection of the bus was lost'));
  const notifications = openNotifications({ url, name: 'bus', logger });
  const wakers = new Map<string, () => void>();
  const wakeAll = () => {
    for (const wake of wakers.values()) wake();
  };

  const boss = new PgBoss({
    db: {
      executeSql: (text, values) => execute(pool, text, values),
      async listen(channel, onNotify, onReconnect) {
        await notifications.listen(channel, (queue) => {
          if (queue === null) {
            onReconnect();
            wakeAll();
          } else {
            onNotify(queue);
            wakers.get(queue)?.();
          }
        });
        return { close: () => notifications.close() };
      },
    },
    schema: busSchema,
    // The administrator installs it; our role could not.
    migrate: false,
    createSchema: false,
    schedule: false,
    reindex: false,
    monitorVacuum: false,
    useListenNotify: true,
    maintenanceIntervalSeconds: 300,
  });
  boss.on('error', (error) => logger.warn({ err: error }, 'the bus could not look after its queues'));
  boss.on('warning', ({ message }) => logger.warn({ warning: message }, 'the bus warns'));

  const close = async (): Promise<void> => {
    await boss.stop({ graceful: false });
    await notifications.close();
    await pool.end();
  };
  try {
    await boss.start();
  } catch (error) {
    await close();
    throw error;
  }

  return {
    send: (messages) => sendToQueues(boss, pool, messages),
    async consume(consumer) {
      const { name, hears } = consumer;
      await openQueue(boss, name, tries);
      await subscribe(boss, pool, name, hears);
      const running = consumeQueue({ boss, pool, consumer, tries, logger });
      wakers.set(name, running.wake);
      return {
        backlog: running.backlog,
        async stop() {
          wakers.delete(name);
          await running.stop();
        },
      };
    },
    close,
  };
}

/** pg-boss opens transactions inside of texts; a connection on which one failed would stay in it. */
async function execute(pool: pg.Pool, text: string, values?: unknown[]): Promise<{ rows: unknown[] }> {
  const client = await pool.connect();
  try {
    const result = await client.query(text, values);
    client.release();
    return result;
  } catch (error) {
    client.release(true);
    throw error;
  }
}
