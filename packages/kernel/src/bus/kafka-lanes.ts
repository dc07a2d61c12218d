import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../logger.ts';
import type { BusConsumer, BusMessage, Tries } from './bus.ts';

/** A message that was read; `offset` is its place in the partition, `commit` notes that it is done. */
export type ReadMessage = { offset: bigint; message: BusMessage | null; commit(): Promise<void> };

type Lane = { queue: ReadMessage[]; last: bigint; inHand: Promise<void> | null; lost: boolean };

export type Lanes = {
  /** Behind what is in the lane of this partition; ignored when it is there already, or was. */
  add(partition: string, read: ReadMessage): void;
  /** Forgets partitions that somebody else has now; what is in hand is finished, and not noted. */
  keepOnly(partitions: ReadonlySet<string>): void;
  /** Messages that were read and not handled yet. */
  waiting(): number;
  oldest(): Date | null;
  /** Begins nothing more and waits for what is in hand. */
  stop(): Promise<void>;
};

/** Handles the messages of each partition one after the other, with all their tries, and different partitions at once. */
export function openLanes(consumer: BusConsumer, tries: Tries, logger: Logger, onDone: () => void): Lanes {
  const lanes = new Map<string, Lane>();
  const stopping = new AbortController();

  /** @returns whether it is done: handled or parked */
  const handle = async (lane: Lane, message: BusMessage): Promise<boolean> => {
    for (let tried = 1; ; tried++) {
      try {
        await consumer.handle(message);
        return true;
      } catch (error) {
        if (tried >= tries.most && (await parked(message, tried, error))) return true;
      }
      const seconds = Math.min(tries.firstPause * 2 ** (tried - 1), tries.longestPause);
      await pause(seconds * 1_000, null, { signal: stopping.signal }).catch(() => undefined);
      if (lane.lost || stopping.signal.aborted) return false;
    }
  };

  const parked = async (message: BusMessage, tried: number, error: unknown): Promise<boolean> => {
    try {
      await consumer.park(message, { tries: tried, error });
      return true;
    } catch (cause) {
      logger.warn({ err: cause, consumer: consumer.name }, 'could not park a message; trying again');
      return false;
    }
  };

  const run = async (lane: Lane): Promise<void> => {
    for (let next = lane.queue[0]; next; next = lane.queue[0]) {
      if (lane.lost || stopping.signal.aborted) return;
      if (next.message && !(await handle(lane, next.message))) return;
      if (lane.lost) return;
      await next.commit().catch((error: unknown) => {
        logger.warn({ err: error, consumer: consumer.name }, 'could not note how far messages are handled');
      });
      lane.queue.shift();
      onDone();
    }
  };

  const begin = (lane: Lane): void => {
    lane.inHand ??= run(lane).then(() => {
      lane.inHand = null;
      // What came while the last one was noted.
      if (lane.queue.length > 0 && !lane.lost && !stopping.signal.aborted) begin(lane);
    });
  };

  return {
    add(partition, read) {
      const lane = lanes.get(partition) ?? { queue: [], last: -1n, inHand: null, lost: false };
      lanes.set(partition, lane);
      if (read.offset <= lane.last) return;
      lane.last = read.offset;
      lane.queue.push(read);
      begin(lane);
    },
    keepOnly(partitions) {
      for (const [partition, lane] of lanes) {
        if (partitions.has(partition)) continue;
        lane.lost = true;
        lanes.delete(partition);
      }
    },
    waiting: () => [...lanes.values()].reduce((sum, { queue }) => sum + queue.length, 0),
    oldest() {
      const times = [...lanes.values()].flatMap(({ queue }) => queue[0]?.message?.at.getTime() ?? []);
      return times.length > 0 ? new Date(Math.min(...times)) : null;
    },
    async stop() {
      stopping.abort();
      await Promise.all([...lanes.values()].map(({ inHand }) => inHand));
    },
  };
}
