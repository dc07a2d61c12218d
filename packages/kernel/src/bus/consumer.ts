import type { Pool } from 'pg';
import type { Logger } from '../logger.ts';
import { counter, type Metrics, measure } from '../metrics.ts';
import type { Notifications } from '../notifications.ts';
import { wakeLoop } from '../wake-loop.ts';
import type { Bus, BusMessage, Hears } from './bus.ts';
import { trimInbox } from './inbox.ts';
import { countParked, park, replayChannel, replayNext } from './parked.ts';

export type ConsumerDependencies = {
  bus: Bus;
  /** Of the subgraph that consumes: its schema has the inbox and what is parked. */
  pool: Pool;
  schema: string;
  notifications: Notifications;
  logger: Logger;
  metrics: Metrics;
};

export type ConsumerOptions = {
  /** Unique among all programs, for good: `orders.deliveries`. */
  name: string;
  hears: Hears;
  /** Makes the effect inside `handleOnce`: a message comes at least once. What it throws makes it come again. */
  handle(message: BusMessage): Promise<void>;
};

export type RunningConsumer = { stop(): Promise<void> };

/**
 * Hears the bus for a subgraph: parks in its schema what fails for good, replays that when somebody asks for it, and
 * counts both.
 */
export async function startConsumer(
  { bus, pool, schema, notifications, logger, metrics }: ConsumerDependencies,
  { name, hears, handle }: ConsumerOptions,
): Promise<RunningConsumer> {
  const handled = counter(metrics, {
    name: 'meridian_bus_handled_total',
    help: 'Messages that a consumer was given, by outcome; a failed one is tried again.',
    labelNames: ['consumer', 'outcome'],
  });
  const counted = async (message: BusMessage): Promise<void> => {
    try {
      await handle(message);
    } catch (error) {
      handled.inc({ consumer: name, outcome: 'failed' });
      logger.warn({ err: error, consumer: name, message: message.id, type: message.type }, 'message failed');
      throw error;
    }
    handled.inc({ consumer: name, outcome: 'done' });
  };

  const consuming = await bus.consume({
    name,
    hears,
    handle: counted,
    async park(message, failure) {
      await park(pool, name, message, failure);
      handled.inc({ consumer: name, outcome: 'parked' });
      const { id, type, key } = message;
      logger.error({ err: failure.error, consumer: name, message: id, type, key }, 'message parked');
    },
  });

  const labels = { consumer: name };
  const unmeasure = [
    measure(metrics, undelivered, labels, async () => (await consuming.backlog()).messages),
    measure(metrics, oldestUndelivered, labels, async () => secondsSince((await consuming.backlog()).oldest)),
    measure(metrics, parkedNow, labels, async () => countParked(pool, name)),
  ];

  const replays = wakeLoop(
    async (isStopped) => {
      while (!isStopped() && (await replayNext(pool, name, counted)));
    },
    (error) => logger.warn({ err: error, consumer: name }, 'could not replay what is parked'),
  );
  const trimming = wakeLoop(
    async () => {
      await trimInbox(pool, new Date(Date.now() - rememberedMs));
      trimming.wakeIn(trimEveryMs);
    },
    (error) => logger.warn({ err: error }, 'could not trim the inbox; trying again later'),
    trimEveryMs,
  );
  trimming.wake();
  await notifications.listen(replayChannel(schema), replays.wake);
  replays.wake();

  return {
    async stop() {
      for (const end of unmeasure) end();
      await trimming.stop();
      await replays.stop();
      await consuming.stop();
    },
  };
}

/** No bus delivers a message again so long after it was handled. */
const rememberedMs = 30 * 24 * 3_600_000;
const trimEveryMs = 3_600_000;

const undelivered = { name: 'meridian_bus_undelivered', help: 'Messages that wait for a consumer.' };
const oldestUndelivered = {
  name: 'meridian_bus_oldest_undelivered_seconds',
  help: 'Age of the oldest event that waits for a consumer.',
};
const parkedNow = {
  name: 'meridian_bus_parked',
  help: 'Messages that failed for good and wait for somebody to look at them.',
};

const secondsSince = (time: Date | null): number =>
  time ? Math.max(0, Date.now() - time.getTime()) / 1_000 : 0;
