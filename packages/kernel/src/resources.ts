import type { Bus } from './bus/bus.ts';
import { type ConsumerOptions, type RunningConsumer, startConsumer } from './bus/consumer.ts';
import { startRelay } from './bus/relay.ts';
import { type Cache, createCache } from './cache.ts';
import { type Database, openDatabase } from './database.ts';
import { type EventLog, type EventLogOptions, openEventLog } from './event-log/event-log.ts';
import type { LoggedEvent } from './event-log/log-table.ts';
import { type LiveBus, postgresLiveBus, redisLiveBus } from './live-bus.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';
import { type Notifications, openNotifications } from './notifications.ts';
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
  /** Another log in the same schema; it ends with these resources. As the two below, it closes them when it cannot begin. */
  openLog(options: Pick<EventLogOptions, 'table' | 'columns' | 'before'>): Promise<EventLog>;
  /** Hears of what is told on a channel of Postgres, and of each time that something may have been missed. */
  listen: Notifications['listen'];
  /** Hears other subgraphs' events. Stop it before you close these resources. */
  consume(options: ConsumerOptions): Promise<RunningConsumer>;
  close(): Promise<void>;
};

export type ResourceOptions = {
  schema: string;
  databaseUrl: string;
  redisUrl: string | null;
  /** Gets the subgraph's events; left open. */
  bus: Bus;
  /** Further logs of the schema, by their tables; kept for as long as the outbox is. */
  logs?: readonly string[];
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
    const retention = startRetention({
      pool,
      schema,
      tables: ['outbox', ...(options.logs ?? [])],
      settings,
      logger,
    });
    closing.push(() => retention.stop());
    const orClose = <Opened>(opening: Promise<Opened>): Promise<Opened> =>
      opening.catch(async (error: unknown) => {
        await close();
        throw error;
      });
    const openLog: Resources['openLog'] = async (log) => {
      const opened = await orClose(openEventLog({ pool, schema, notifications, logger, ...log }));
      closing.push(() => opened.stop());
      return opened;
    };
    const listen: Resources['listen'] = (...args) => orClose(notifications.listen(...args));
    const consume = (consumer: ConsumerOptions) => orClose(startConsumer(hearing, consumer));
    return { database, cache, events, live, openLog, listen, consume, close };
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
