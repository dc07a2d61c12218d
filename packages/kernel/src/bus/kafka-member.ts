import { once } from 'node:events';
import {
  Consumer,
  ListOffsetTimestamps,
  type MessagesStream,
  stringDeserializers,
} from '@platformatic/kafka';
import type { Logger } from '../logger.ts';
import type { Backlog, BusConsumer, BusMessage, Tries } from './bus.ts';
import { openLanes } from './kafka-lanes.ts';
import { wire } from './kafka-wire.ts';

export type Membership = {
  client: { clientId: string; bootstrapBrokers: string[]; autocreateTopics: boolean };
  /** What names of topics and groups begin with. */
  prefix: string;
  consumer: BusConsumer;
  tries: Tries;
  logger: Logger;
  /** Called once when the member cannot go on; it is still to leave. */
  onLost(error: Error): void;
};

export type Member = { backlog(): Promise<Backlog>; leave(): Promise<void> };

/** Messages that are read ahead; above the first number no more are read, below the second they are again. */
const [full, roomy] = [500, 100];

/** Joins the group of a consumer and handles what the partitions hold that it is given. Resolves when it has them. */
export async function joinGroup(membership: Membership): Promise<Member> {
  const { client, prefix, consumer, tries, logger, onLost } = membership;
  const topics = Object.keys(consumer.hears).map((source) => `${prefix}.${source}`);
  const kafka = new Consumer({
    ...client,
    groupId: `${prefix}.${consumer.name}`,
    deserializers: stringDeserializers,
    autocommit: false,
    // A broker answers at once when there is something; this is how long a fetch waits for nothing.
    maxWaitTime: 500,
    sessionTimeout: tries.lease * 1_000,
    rebalanceTimeout: Math.max(60, tries.lease) * 1_000,
    heartbeatInterval: Math.min(3_000, (tries.lease * 1_000) / 3),
  });
  const lanes = openLanes(consumer, tries, logger, () => {
    if (stream?.isPaused() && lanes.waiting() < roomy) stream.resume();
  });
  let stream: MessagesStream<string, string, string, string> | null = null;
  const leave = async (): Promise<void> => {
    stream?.pause();
    await lanes.stop();
    await stream?.close();
    await kafka.close(true);
  };

  try {
    // Without a place that it noted, a group begins at the beginning of what Kafka keeps.
    stream = await kafka.consume({ topics, mode: 'committed', fallbackMode: 'earliest' });
    const assigned = once(stream, 'offsets');
    kafka.on('consumer:group:join', () => lanes.keepOnly(partitionsOf(kafka)));
    stream.on('error', onLost);
    await assigned;
    await noteBeginning(kafka, stream);
  } catch (error) {
    await leave();
    throw error;
  }

  stream.on('data', ({ topic, partition, offset, value, commit }) => {
    const lane = `${topic}:${partition}`;
    if (!partitionsOf(kafka).has(lane)) return;
    lanes.add(lane, {
      offset,
      message: readMessage(value, consumer, logger),
      commit: async () => commit(),
    });
    if (lanes.waiting() >= full) stream?.pause();
  });

  return {
    backlog: async () => ({ messages: await lag(kafka, topics), oldest: lanes.oldest() }),
    leave,
  };
}

/** The message of a record; null when the consumer does not want its type, or it is none of ours. */
function readMessage(value: string, { name, hears }: BusConsumer, logger: Logger): BusMessage | null {
  const { success, data } = wire.safeParse(value);
  if (!success) logger.error({ consumer: name }, 'passed over a record that is no message');
  return success && hears[data.source]?.includes(data.type) ? data : null;
}

const partitionsOf = (kafka: Consumer<string, string, string, string>): Set<string> =>
  new Set(
    (kafka.assignments ?? []).flatMap(({ topic, partitions }) =>
      partitions.map((partition) => `${topic}:${partition}`),
    ),
  );

/** Notes where the group begins, so that a partition that changes hands before its first message is read from there. */
async function noteBeginning(
  kafka: Consumer<string, string, string, string>,
  stream: MessagesStream<string, string, string, string>,
): Promise<void> {
  const assignments = kafka.assignments ?? [];
  const committed = await kafka.listCommittedOffsets({ topics: assignments });
  const missing = assignments.flatMap(({ topic, partitions }) =>
    partitions
      .filter((partition) => (committed.get(topic)?.[partition] ?? -1n) < 0n)
      .map((partition) => {
        const offset = stream.offsetsToFetch.get(`${topic}:${partition}`) ?? 0n;
        return { topic, partition, offset, leaderEpoch: -1 };
      }),
  );
  if (missing.length > 0) await kafka.commit({ offsets: missing });
}

/** How many messages of these topics the group has not handled, wanted or not. */
async function lag(kafka: Consumer<string, string, string, string>, topics: string[]): Promise<number> {
  const ends = await kafka.listOffsets({ topics, timestamp: ListOffsetTimestamps.LATEST });
  const committed = await kafka.listCommittedOffsets({
    topics: [...ends].map(([topic, partitions]) => ({ topic, partitions: [...partitions.keys()] })),
  });
  let messages = 0n;
  for (const [topic, partitions] of ends)
    for (const [partition, end] of partitions.entries()) {
      const done = committed.get(topic)?.[partition] ?? -1n;
      messages += end - (done < 0n ? 0n : done);
    }
  return Number(messages);
}
