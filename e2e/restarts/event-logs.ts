import { encodeCursor } from '@meridian/kernel/event-log/position';
import type { BySubgraph } from '@meridian/platform/subgraph-names';
import type pg from 'pg';

export type LogName = 'catalog.outbox' | 'orders.outbox' | 'rides.outbox' | 'users.partner_events';
export type Told = { type: string; key: string; data: Record<string, unknown>; cursor: string };

/** The events of a log that have been written so far, in its order, past every stream and cache. */
export async function readLog(pools: BySubgraph<pg.Pool>, name: LogName): Promise<Told[]> {
  const [subgraph] = name.split('.') as [keyof typeof pools];
  const { rows } = await pools[subgraph].query(
    `SELECT xid::text, id::text, type, key, data FROM ${name} event ORDER BY event.xid, event.id`,
  );
  return rows.map(({ xid, id, ...event }) => ({
    ...event,
    cursor: encodeCursor(name, { xid: BigInt(xid), id: BigInt(id) }),
  }));
}
