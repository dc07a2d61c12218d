import type pg from 'pg';
import type { Logger } from '../logger.ts';
import { type Metrics, measure } from '../metrics.ts';
import type { Notifications } from '../notifications.ts';
import { wakeLoop } from '../wake-loop.ts';
import type { Bus } from './bus.ts';
import { messageId } from './message-id.ts';
import {
  connectAsLeader,
  hangUp,
  type LoggedRow,
  type Place,
  readOn,
  relayLag,
  savePlace,
} from './relay-log.ts';

export type RelayOptions = {
  bus: Bus;
  /** Login URL of the subgraph's role. */
  url: string;
  pool: pg.Pool;
  /** The Postgres schema, and the name that messages give as their source. */
  schema: string;
  notifications: Notifications;
  logger: Logger;
  metrics: Metrics;
};

export type Relay = { stop(): Promise<void> };

/** Events that come in so short a time go out together: one write in place of many, for a delay that nobody sees. */
const gatherMs = 20;
/** How soon to look again while an older transaction holds back what is written already. */
const heldBackMs = 20;
/** How soon another process takes over from one that died. */
const standbyMs = 1_000;

/**
 * Hands a subgraph's log on to the bus, in order and at least once: what the bus has for good is noted in
 * `outbox_relays` after it. Of several processes of one subgraph one does it and the others stand by.
 */
export async function startRelay(options: RelayOptions): Promise<Relay> {
  const { bus, url, pool, schema, notifications, logger, metrics } = options;
  let leader: pg.Client | null = null;
  let place: Place | null = null;

  const resign = (): void => {
    if (leader) hangUp(leader);
    leader = null;
    place = null;
  };

  const relay = async (isStopped: () => boolean): Promise<void> => {
    leader ??= await connectAsLeader(url, schema);
    if (!leader) return loop.wakeIn(standbyMs);
    while (!isStopped()) {
      const { rows, from, isMore, isHeldBack } = await readOn(leader, place);
      place = from;
      const last = rows.at(-1);
      if (last) {
        await bus.send(rows.map((row) => messageOf(schema, row)));
        await savePlace(leader, last);
        place = last;
      }
      if (isMore) continue;
      if (isHeldBack) loop.wakeIn(heldBackMs);
      return;
    }
  };
  const loop = wakeLoop(
    (isStopped) =>
      relay(isStopped).catch((error: unknown) => {
        resign();
        throw error;
      }),
    (error) => logger.warn({ err: error }, 'could not hand events on to the bus; trying again'),
  );

  await notifications.listen(`${schema}_outbox`, () => loop.wakeIn(gatherMs));
  loop.wake();
  const labels = { source: schema };
  const unmeasure = [
    measure(metrics, unrelayed, labels, async () => (await relayLag(pool)).events),
    measure(metrics, oldestUnrelayed, labels, async () => (await relayLag(pool)).seconds),
  ];

  return {
    async stop() {
      for (const end of unmeasure) end();
      await loop.stop();
      resign();
    },
  };
}

const messageOf = (source: string, { xid, id, type, key, data, at }: LoggedRow) => ({
  id: messageId(source, { xid, id }),
  source,
  type,
  key,
  data,
  at,
});

const unrelayed = {
  name: 'meridian_relay_waiting',
  help: 'Events in the log of a subgraph that the bus does not have yet.',
};
const oldestUnrelayed = {
  name: 'meridian_relay_oldest_waiting_seconds',
  help: 'Age of the oldest event in the log of a subgraph that the bus does not have yet.',
};
