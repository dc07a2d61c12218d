import { setTimeout as pause } from 'node:timers/promises';
import { Producer, stringSerializers } from '@platformatic/kafka';
import type { Logger } from '../logger.ts';
import type { Bus, Tries } from './bus.ts';
import { consumeTopics } from './kafka-consumer.ts';

export type KafkaBusOptions = {
  /** `host:port` of brokers to begin with. */
  brokers: readonly string[];
  logger: Logger;
  tries: Tries;
  /** What names of topics and groups begin with. */
  prefix?: string;
};

/**
 * The bus on Kafka: one topic for each subgraph that tells, `meridian.<source>`, one group for each consumer,
 * `meridian.<consumer>`. Events of one key are in one partition, and each partition is handled in order.
 */
export function openKafkaBus({ brokers, logger, tries, prefix = 'meridian' }: KafkaBusOptions): Bus {
  const client = { clientId: prefix, bootstrapBrokers: [...brokers], autocreateTopics: true };
  const producer = new Producer({
    ...client,
    serializers: stringSerializers,
    idempotent: true,
    // All replicas in sync have it.
    acks: -1,
    // "None yet", which the client has as 0 by default; strict brokers take that for somebody else's.
    producerId: -1n,
    producerEpoch: -1,
  });
  return {
    async send(messages) {
      if (messages.length === 0) return;
      const records = messages.map((message) => ({
        topic: `${prefix}.${message.source}`,
        key: message.key,
        value: JSON.stringify(message),
      }));
      await withinLimit(producer.send({ messages: records }));
    },
    consume: async (consumer) => consumeTopics({ client, prefix, consumer, tries, logger }),
    close: async () => {
      await producer.close();
    },
  };
}

/** While brokers are away the client waits for them without end; who sends has to hear of it, and be able to stop. */
async function withinLimit(sending: Promise<unknown>): Promise<void> {
  const waiting = new AbortController();
  const tooLate = pause(sendLimitMs, null, { signal: waiting.signal }).then(() => {
    throw new Error(`Kafka did not take the messages within ${sendLimitMs / 1_000} s`);
  });
  try {
    await Promise.race([sending, tooLate]);
  } finally {
    waiting.abort();
    tooLate.catch(() => undefined);
    sending.catch(() => undefined);
  }
}
const sendLimitMs = 10_000;
