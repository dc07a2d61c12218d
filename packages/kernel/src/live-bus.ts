import type { Redis } from 'ioredis';
import type { Pool } from 'pg';
import { z } from 'zod';
import { eventQueue } from './event-queue.ts';
import type { Notifications } from './notifications.ts';

/**
 * For what only matters now, such as where a driver is: told to every process, kept nowhere, lost when nobody listens.
 * A reader that is slow finds the newest message only. Facts that must not be lost go through the outbox instead.
 */
export type LiveBus = {
  /** `message` is JSON of 7 kB at most (Postgres carries 8,000 bytes in a notification). */
  publish(topic: string, message: object): Promise<void>;
  stream<Message extends object>(topic: string): AsyncIterableIterator<Message>;
};

type Envelope = { topic: string; message: object };
const envelope = z.object({ topic: z.string(), message: z.looseObject({}) });

/**
 * Streams by topic in this process; `deliver` is what a carrier calls with what came over the wire. Anybody who may log in
 * to Postgres can notify any channel, so what is no message is passed over: thrown here, it would end the process.
 */
function topics() {
  const listeners = new Map<string, Set<(message: object) => void>>();
  return {
    deliver(wire: string): void {
      const { data } = envelope.safeParse(readJson(wire));
      if (data) for (const tell of listeners.get(data.topic) ?? []) tell(data.message);
    },
    stream<Message extends object>(topic: string): AsyncIterableIterator<Message> {
      const others = listeners.get(topic) ?? new Set();
      listeners.set(topic, others);
      const queue = eventQueue<Message>({
        capacity: 1,
        whenFull: 'drop-oldest',
        onClose: () => {
          others.delete(tell);
          if (others.size === 0) listeners.delete(topic);
        },
      });
      const tell = (message: object) => queue.push(message as Message);
      others.add(tell);
      return queue.stream;
    },
  };
}

function readJson(wire: string): unknown {
  try {
    return JSON.parse(wire);
  } catch {
    return undefined;
  }
}

/** Over `NOTIFY`: nothing else to run. */
export async function postgresLiveBus(options: {
  pool: Pool;
  schema: string;
  notifications: Notifications;
}): Promise<LiveBus> {
  const channel = `${options.schema}_live`;
  const { deliver, stream } = topics();
  await options.notifications.listen(channel, (wire) => wire && deliver(wire));
  return {
    stream,
    async publish(topic, message) {
      const wire: Envelope = { topic, message };
      await options.pool.query('SELECT pg_notify($1, $2)', [channel, JSON.stringify(wire)]);
    },
  };
}

/** Over Redis pub/sub, on a connection of its own for each direction. */
export async function redisLiveBus(options: {
  publisher: Redis;
  subscriber: Redis;
  schema: string;
}): Promise<LiveBus> {
  const channel = `meridian:${options.schema}:live`;
  const { deliver, stream } = topics();
  options.subscriber.on('message', (_channel: string, wire: string) => deliver(wire));
  await options.subscriber.subscribe(channel);
  return {
    stream,
    async publish(topic, message) {
      const wire: Envelope = { topic, message };
      await options.publisher.publish(channel, JSON.stringify(wire));
    },
  };
}
