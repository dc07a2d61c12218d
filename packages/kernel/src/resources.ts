import type { Bus } from './bus/bus.ts';
import { type ConsumerOptions, type RunningConsumer, startConsumer } from './bus/consumer.ts';
import { startRelay } from './bus/relay.ts';
import { type Cache, createCache } from './cache.ts';
import { type Database, openDatabase } from './database.ts';
import { type EventLog, openEventLog } from './event-log/event-log.ts';
import type { LoggedEvent } from './event-log/log-table.ts';
import { type LiveBus, postgresLiveBus, redisLiveBus } from './live-bus.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';
import { openNotifications } from './notifications.ts';
import { connectCacheRedis, connectPubSubRedis } from './redis.ts';
import { type RetentionSettings, retentionDefaults, startRetention } from './retention.ts';

/** What every subgraph works with, opened for one Postgres schema. */
export type Resources = {
  database: Database;
  cache: Cache;
  /** Facts that committed, from the subgraph's own outbox. */
  events: EventLog;
  /** What only matters now. */
  live: LiveBus;
  /** Hears other subgraphs' events. Stop it before you close these resources; it closes them when it cannot begin. */
  consume(options: ConsumerOptions): Promise<RunningConsumer>;
  close(): Promise<void>;
};

export type ResourceOptions = {
  schema: string;
  databaseUrl: string;
  redisUrl: string | null;
  /** Gets the subgraph's events; left open. */
  bus: Bus;
  logger: Logger;
  metrics: Metrics;
  /** As usual when absent. */
  retention?: RetentionSettings;
  /** Called for each event before anyone hears of it: here a subgraph invalidates what it caches. */
  onEvent: (cache: Cache) => (event: LoggedEvent) => Promise<void>;
};

export async function openResources(options: ResourceOptions): Promise<Resources> {
  const { schema, databaseUrl, redisUrl, bus, logger, metrics } = options;
  const database = openDatabase({ url: databaseUrl, schema, logger });
  const notifications = openNotifications({ url: databaseUrl, name: schema, logger });
  const cache = createCache({ redis: redisUrl ? connectCacheRedis(redisUrl, logger) : null, metrics });
  const { pool } = database;
  const closing: (() => Promise<void> | void)[] = [
    () => database.close(),
    () => notifications.close(),
    () => cache.close(),
  ];
  const close = async () => {
    for (const step of closing.toReversed()) await step();
  };

  try {
    const live = await openLiveBus();
    const events = await openEventLog({
      pool,
      schema,
      notifications,
      logger,
      before: options.onEvent(cache),
    });
    closing.push(() => events.stop());
    const hearing = { bus, pool, schema, notifications, logger, metrics };
    const relay = await startRelay({ ...hearing, url: databaseUrl });
    closing.push(() => relay.stop());
    const settings = options.retention ?? retentionDefaults;
    const retention = startRetention({ pool, schema, tables: ['outbox'], settings, logger });
    closing.push(() => retention.stop());
    const consume = (consumer: ConsumerOptions) =>
      startConsumer(hearing, consumer).catch(async (error: unknown) => {
        await close();
        throw error;
      });
    return { database, cache, events, live, consume, close };
  } catch (error) {
    await close();
    throw error;
  }

  async function openLiveBus(): Promise<LiveBus> {
    if (!redisUrl) return postgresLiveBus({ pool, schema, notifications });
    const publisher = connectPubSubRedis(redisUrl, logger);
    const subscriber = connectPubSubRedis(redisUrl, logger);
    closing.push(
      () => publisher.disconnect(),
      () => subscriber.disconnect(),
    );
    return redisLiveBus({ publisher, subscriber, schema });
  }
}
