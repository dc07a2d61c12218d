import { busSchema } from '@meridian/kernel/bus/pg-boss-schema';
import { relayLag } from '@meridian/kernel/bus/relay-log';
import type { Pool } from 'pg';

export type Status = {
  relays: { source: string; events: number; seconds: number }[];
  consumers: { name: string; messages: number; failing: number; seconds: number }[];
  parked: { consumer: string; messages: number }[];
};

/** What waits where, as the administrator sees it. */
export async function readStatus(
  subgraphs: readonly { schema: string; pool: Pool }[],
  bus: Pool,
): Promise<Status> {
  const relays: Status['relays'] = [];
  const parked: Status['parked'] = [];
  for (const { schema, pool } of subgraphs) {
    relays.push({ source: schema, ...(await relayLag(pool)) });
    const { rows } = await pool.query<Status['parked'][number]>(
      'SELECT consumer, count(*)::int AS messages FROM parked_messages GROUP BY consumer ORDER BY consumer',
    );
    parked.push(...rows);
  }
  const { rows: consumers } = await bus.query<Status['consumers'][number]>(
    `SELECT q.name, count(j.id)::int AS messages, count(*) FILTER (WHERE j.state = 'retry')::int AS failing,
       coalesce(extract(epoch FROM now() - min((j.data->>'at')::timestamptz)), 0)::float AS seconds
     FROM ${busSchema}.queue q LEFT JOIN ${busSchema}.job j ON j.name = q.name AND j.state < 'completed'
     WHERE q.policy = 'key_strict_fifo' GROUP BY q.name ORDER BY q.name`,
  );
  return { relays, consumers, parked };
}

/** The same for people. */
export function statusLines({ relays, consumers, parked }: Status): string[] {
  return [
    'In the log, not on the bus yet:',
    ...relays.map(({ source, events, seconds }) => `  ${source}: ${waiting(events, 'event', seconds)}`),
    'On the bus, not handled yet:',
    ...consumers.map(
      ({ name, messages, failing, seconds }) =>
        `  ${name}: ${waiting(messages, 'message', seconds)}${failing > 0 ? `, ${failing} to be tried again` : ''}`,
    ),
    'Parked:',
    ...parked.map(({ consumer, messages }) => `  ${consumer}: ${messages}`),
    ...(parked.length === 0 ? ['  nothing'] : []),
  ];
}

const waiting = (number: number, what: string, seconds: number): string =>
  number === 0
    ? 'nothing'
    : `${number} ${what}${number === 1 ? '' : 's'}, the oldest of ${seconds.toFixed(1)} s ago`;
