import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../logger.ts';
import type { BusConsumer, BusMessage, Tries } from './bus.ts';

/** A message that was read; `offset` is its place in the partition, `commit` notes that it is done. */
export type ReadMessage = { offset: bigint; message: BusMessage | null; commit(): Promise<void> };

/** A message on its way: how often it was tried, and whether it is handled or parked. */
type Queued = ReadMessage & { tried: number; isDone: boolean };

type Lane = {
  /** What is not noted yet, in the order of the partition. */
  queue: Queued[];
  last: bigint;
  inHand: Promise<void> | null;
  /** Keys whose next message waits to be tried again. */
  aside: Set<string>;
  lost: boolean;
};

export type Lanes = {
  /** Behind what is in the lane of this partition; ignored when it is there already, or was. */
  add(partition: string, read: ReadMessage): void;
  /** Forgets partitions that somebody else has now; what is in hand is finished, and not noted. */
  keepOnly(partitions: ReadonlySet<string>): void;
  /** Messages that were read and not noted yet. */
  waiting(): number;
  oldest(): Date | null;
  /** Begins nothing more and waits for what is in hand. */
  stop(): Promise<void>;
};

/**
 * Handles the messages of each partition one after the other, and different partitions at once. One that fails steps aside
 * with its key until it is tried again, and the others go on. What is noted is where the first that is not done stands: who
 * reads from there again meets messages that were handled, which the inbox knows.
 */
export function openLanes(consumer: BusConsumer, tries: Tries, logger: Logger, onDone: () => void): Lanes {
  const lanes = new Map<string, Lane>();
  const stopping = new AbortController();

  /** Tries it once. @returns whether it is done: handled or parked */
  const handle = async (queued: Queued, message: BusMessage): Promise<boolean> => {
    queued.tried++;
    try {
      await consumer.handle(message);
      return true;
    } catch (error) {
      return queued.tried >= tries.most && (await parked(message, queued.tried, error));
    }
  };

  const stepAside = (lane: Lane, key: string, tried: number): void => {
    const seconds = Math.min(tries.firstPause * 2 ** (tried - 1), tries.longestPause);
    lane.aside.add(key);
    pause(seconds * 1_000, null, { signal: stopping.signal }).then(
      () => {
        lane.aside.delete(key);
        begin(lane);
      },
      () => undefined,
    );
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

  const nextOf = ({ queue, aside, lost }: Lane): Queued | undefined =>
    lost || stopping.signal.aborted
      ? undefined
      : queue.find(({ message, isDone }) => !isDone && !(message && aside.has(message.key)));

  const run = async (lane: Lane): Promise<void> => {
    for (let next = nextOf(lane); next; next = nextOf(lane)) {
      const { message } = next;
      next.isDone = message === null || (await handle(next, message));
      if (next.isDone) await note(lane);
      else if (message && !lane.lost) stepAside(lane, message.key, next.tried);
    }
  };

  const note = async (lane: Lane): Promise<void> => {
    const open = lane.queue.findIndex(({ isDone }) => !isDone);
    const done = open === -1 ? lane.queue.length : open;
    const last = lane.queue[done - 1];
    if (lane.lost || !last) return;
    await last.commit().catch((error: unknown) => {
      logger.warn({ err: error, consumer: consumer.name }, 'could not note how far messages are handled');
    });
    lane.queue.splice(0, done);
    onDone();
  };

  const begin = (lane: Lane): void => {
    lane.inHand ??= run(lane).then(() => {
      lane.inHand = null;
      // What came while the last one was noted.
      if (nextOf(lane)) begin(lane);
    });
  };

  return {
    add(partition, read) {
      const lane = lanes.get(partition) ?? newLane();
      lanes.set(partition, lane);
      if (read.offset <= lane.last) return;
      lane.last = read.offset;
      lane.queue.push({ ...read, tried: 0, isDone: false });
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

const newLane = (): Lane => ({ queue: [], last: -1n, inHand: null, aside: new Set(), lost: false });
