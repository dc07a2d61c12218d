import type { Pool } from 'pg';
import type { JobInsert, PgBoss, Queue } from 'pg-boss';
import type { BusMessage, Hears, Tries } from './bus.ts';
import type { Queued } from './pg-boss-consumer.ts';
import { busSchema } from './pg-boss-schema.ts';

/** How long what was handled is kept, so that a relay that sends it again is not heard again. */
const doneSeconds = 600;
/** How long a message waits for a consumer that does not run. */
const waitingSeconds = 365 * 24 * 3_600;

/** Makes the queue of a consumer, or gives it today's settings. */
export async function openQueue(boss: PgBoss, name: string, tries: Tries): Promise<void> {
  const settings: Omit<Queue, 'name' | 'policy'> = {
    notify: true,
    expireInSeconds: tries.lease,
    // Never the last one: it is we who park, while pg-boss would hold up all that follows with this key.
    retryLimit: 1_000_000,
    retryDelay: tries.firstPause,
    retryBackoff: tries.firstPause > 0,
    ...(tries.firstPause > 0 && { retryDelayMax: tries.longestPause }),
    retentionSeconds: waitingSeconds,
    deleteAfterSeconds: doneSeconds,
  };
  await boss.createQueue(name, { policy: 'key_strict_fifo', ...settings });
  await boss.updateQueue(name, settings);
}

/** Has a queue filled with what its consumer hears, and with nothing else any more. */
export async function subscribe(boss: PgBoss, pool: Pool, queue: string, hears: Hears): Promise<void> {
  const events = Object.entries(hears).flatMap(([source, types]) =>
    types.map((type) => eventOf({ source, type })),
  );
  for (const event of events) await boss.subscribe(event, queue);
  const { rows } = await pool.query<{ event: string }>(
    `SELECT event FROM ${busSchema}.subscription WHERE name = $1 AND event <> ALL ($2)`,
    [queue, events],
  );
  for (const { event } of rows) await boss.unsubscribe(event, queue);
}

/** Puts messages into the queues of all who hear them; who hears what is asked each time, since consumers come and go. */
export async function sendToQueues(boss: PgBoss, pool: Pool, messages: readonly BusMessage[]): Promise<void> {
  if (messages.length === 0) return;
  const { rows } = await pool.query<{ event: string; queue: string }>(
    `SELECT event, name AS queue FROM ${busSchema}.subscription WHERE event = ANY ($1)`,
    [[...new Set(messages.map(eventOf))]],
  );
  const heardBy = Map.groupBy(rows, ({ queue }) => queue);
  for (const [queue, heard] of heardBy) {
    const events = new Set(heard.map(({ event }) => event));
    const wanted = messages.filter((message) => events.has(eventOf(message)));
    await boss.insert(queue, wanted.map(jobOf));
  }
}

const eventOf = ({ source, type }: Pick<BusMessage, 'source' | 'type'>): string => `${source}/${type}`;

/** Its id is the message's: a second one is refused, and those inserted at once are ordered by it. */
function jobOf({ id, source, type, key, data, at }: BusMessage): JobInsert<Queued> {
  return { id, singletonKey: `${source}/${key}`, data: { source, type, key, data, at: at.toISOString() } };
}
