import { partnerEventType } from '@meridian/contracts/partner-events';
import { eventually } from '@meridian/testkit/eventually';
import { expect } from 'vitest';
import type { Meridian } from '../meridian.ts';
import type { Cast } from './cast.ts';
import { type LogName, readLog, type Told } from './event-logs.ts';
import type { Followers } from './followers.ts';
import type { Load } from './load.ts';
import { stepsOfRide } from './riders.ts';
import { patience } from './world.ts';

/** The orders of the cast's buyers and how they stand. */
export async function ordersOf({ pools }: Meridian, { buyers }: Cast): Promise<Map<string, string>> {
  const { rows } = await pools.orders.query<{ id: string; status: string }>(
    'SELECT id, status FROM orders WHERE customer_id = ANY ($1)',
    [buyers.map(({ subject }) => subject)],
  );
  return new Map(rows.map(({ id, status }) => [id, status]));
}

/** What was acknowledged of orders is there, once, as it was acknowledged, and of each piece one was taken. */
export async function ordersAreAsAcknowledged(
  meridian: Meridian,
  cast: Cast,
  { load, earlier }: { load: Load; earlier: ReadonlyMap<string, string> },
): Promise<void> {
  const acknowledged = load.shoppers.flatMap(({ orders }) => [...orders]);
  expect(await ordersOf(meridian, cast)).toEqual(new Map([...earlier, ...acknowledged]));
  // What was taken back returns to the stock, now or when the catalog is there again.
  await eventually(async () => {
    const { rowCount } = await meridian.pools.orders.query(
      'SELECT FROM orders WHERE customer_id = ANY ($1) AND stock_due_at IS NOT NULL',
      [cast.buyers.map(({ subject }) => subject)],
    );
    return rowCount === 0;
  }, patience);
  for (const [i, id] of cast.bought.entries()) {
    const sold = load.shoppers.flatMap(({ orders }, n) => (n % 2 === i ? [...orders.values()] : []));
    const kept = sold.filter((status) => status === 'CONFIRMED').length;
    expect(await load.adjustStock(id, 1)).toBe((load.inStock.get(id) ?? 0) - kept + 1);
  }
}

/** Each ride that was promised has come to its end, once, and there is no other. */
export async function ridesAreAsAcknowledged(
  { pools }: Meridian,
  cast: Cast,
  { riders }: Load,
): Promise<void> {
  const { rows } = await pools.rides.query(
    'SELECT id, status FROM rides WHERE rider_id = ANY ($1) ORDER BY id',
    [cast.riders.map(({ who }) => who.subject)],
  );
  const promised = riders.flatMap(({ rides }) => rides).toSorted();
  expect(rows).toEqual(promised.map((id) => ({ id, status: 'COMPLETED' })));
  const told = await readLog(pools, 'rides.outbox');
  for (const [i, { who }] of cast.riders.entries()) {
    const theirs = told.filter(({ data }) => data['riderId'] === who.subject);
    expect(theirs).toHaveLength(stepsOfRide * (riders[i]?.rides.length ?? 0));
  }
}

/** The bus has brought partners each event that is for them once, those of one subject in order. */
export async function partnersWereToldAll({ pools }: Meridian, cast: Cast): Promise<void> {
  const members = new Set([...cast.buyers, ...cast.riders.map(({ who }) => who)].map((who) => who.subject));
  const written = new Map<string, unknown[]>();
  let count = 0;
  for (const log of ['catalog.outbox', 'orders.outbox', 'rides.outbox'] as const)
    for (const event of await readLog(pools, log)) {
      const known = partnerEventType(event.type);
      const isTheirs =
        known?.seenBy === 'everyone' || known?.peopleOf(event.data).some((id) => members.has(id));
      if (!known || !isTheirs) continue;
      add(written, event, known.schema.parse(event.data));
      count++;
    }
  const told = await eventually(async () => {
    const events = await readLog(pools, 'users.partner_events');
    return events.length >= count && events;
  }, patience);
  const brought = new Map<string, unknown[]>();
  for (const event of told) add(brought, event, event.data);
  expect(brought).toEqual(written);
}

const add = (events: Map<string, unknown[]>, { type, key }: Told, data: unknown) =>
  events.set(key, [...(events.get(key) ?? []), [type, data]]);

/** Everybody was told all that is in their log, in its order; what they had last may have come once more. */
export async function nobodyMissedAnything({ pools }: Meridian, { all }: Followers): Promise<void> {
  const logs = new Map<LogName, Told[]>();
  for (const log of new Set(all.map((each) => each.log))) logs.set(log, await readLog(pools, log));
  for (const { follower, log, hears, fromTheStart } of all) {
    const cursors = (logs.get(log) ?? []).filter(hears).map(({ cursor }) => cursor);
    const expected = fromTheStart ? cursors : cursors.slice(cursors.indexOf(follower.told[0] ?? ''));
    await eventually(() => follower.told.at(-1) === expected.at(-1), patience);
    expect(follower.told.filter((cursor, i) => cursor !== follower.told[i - 1])).toEqual(expected);
    expect(follower.faults).toEqual([]);
  }
}
