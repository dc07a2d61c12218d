import { encodeCursor } from '@meridian/kernel/event-log/position';
import type { Meridian, Who } from '../meridian.ts';
import { type Cast, dispatcher, merchant, partner } from './cast.ts';
import type { LogName, Told } from './event-logs.ts';
import { type Follower, follow } from './follower.ts';
import { type RideFollower, rideFollower } from './ride-follower.ts';

/** A follower, and which events of which log it should hear of. */
export type Following = {
  follower: Pick<Follower, 'told' | 'faults' | 'stop'>;
  log: LogName;
  hears(event: Told): boolean;
  /** Whether it began before the first of them; others begin with the one that they hear first. */
  fromTheStart?: boolean;
};

export type Followers = {
  all: readonly Following[];
  /** Those of each of the cast's riders, in their order; they are told which ride to follow. */
  ofRider: readonly RideFollower[][];
  stop(): Promise<void>;
};

const queries = {
  priceChanged: `subscription ($ids: [ID!]!, $after: String) {
    priceChanged(variantIds: $ids, after: $after) { cursor current { amountMinor } variant { sku product { name } } }
  }`,
  inventoryChanged: `subscription ($ids: [ID!]!, $after: String) {
    inventoryChanged(variantIds: $ids, after: $after) {
      cursor available variant { product { reviews(first: 1) { nodes { author { displayName } } } } }
    }
  }`,
  orderStatusChanged: `subscription ($after: String) {
    orderStatusChanged(after: $after) { cursor order { number customer { displayName } lines { variant { sku } } } }
  }`,
  partnerEvents: `subscription ($types: [String!], $after: String) {
    partnerEvents(types: $types, after: $after) { cursor subject { id ... on ProductVariant { sku } ... on Order { number } } }
  }`,
};

/** A hundred and two, on all durable streams, each with a connection of its own. */
export async function followEverything(meridian: Meridian, cast: Cast): Promise<Followers> {
  const url = `${meridian.url.replace('http', 'ws')}/graphql`;
  const all: Following[] = [];
  const followAs = async (
    who: Who,
    field: keyof typeof queries,
    variables: Record<string, unknown>,
    expected: Pick<Following, 'log' | 'hears'>,
  ) => {
    const authorization = await meridian.bearer(who);
    const follower = follow({ url, authorization, field, query: queries[field], variables });
    all.push({ ...expected, follower });
  };

  for (const [field, type, many] of [
    ['priceChanged', 'price.changed.v1', 34],
    ['inventoryChanged', 'stock.changed.v1', 20],
  ] as const)
    for (const ids of sharedAndNot(cast.changing, many)) {
      const hears = (event: Told) => event.type === type && ids.includes(event.key);
      await followAs(merchant, field, { ids }, { log: 'catalog.outbox', hears });
    }
  // By way of the bus: relay, queue, inbox and the log of users.
  for (let i = 0; i < 14; i++) {
    const types = kindsOfPartnerEvents[i % kindsOfPartnerEvents.length];
    const hears = ({ type }: Told) => !types || types.includes(type);
    await followAs(partner, 'partnerEvents', { types }, { log: 'users.partner_events', hears });
  }
  const { buyers } = cast;
  for (const who of [merchant, merchant, ...buyers, ...buyers, ...buyers, ...buyers, ...buyers]) {
    const hears = ({ type, data }: Told) =>
      type === 'order.status-changed.v1' && (who === merchant || data['customerId'] === who.subject);
    await followAs(who, 'orderStatusChanged', {}, { log: 'orders.outbox', hears });
  }
  const firstRide = encodeCursor('rides.outbox', { xid: 0n, id: 0n });
  const ofRider: RideFollower[][] = [];
  for (const { who } of cast.riders) {
    const bearers = await Promise.all([who, who, dispatcher].map(meridian.bearer));
    const theirs = bearers.map((authorization) => rideFollower({ url, authorization }, firstRide));
    ofRider.push(theirs);
    const hears = ({ data }: Told) => data['riderId'] === who.subject;
    for (const follower of theirs) all.push({ follower, log: 'rides.outbox', hears, fromTheStart: true });
  }
  const stop = async () => void (await Promise.all(all.map(({ follower }) => follower.stop())));
  return { all, ofRider, stop };
}

/** What partners follow: prices, what their people do, and everything (undefined). */
const kindsOfPartnerEvents = [
  ['price.changed.v1'],
  ['order.placed.v1', 'order.cancelled.v1', 'order.status-changed.v1', 'ride.status-changed.v1'],
  undefined,
];

/** Half of them all ids, which makes shared streams, the other half one to three, which makes streams that are not. */
const sharedAndNot = (ids: readonly string[], many: number): (readonly string[])[] =>
  Array.from({ length: many }, (_, i) => (i % 2 === 0 ? ids : ids.slice(i % 4, (i % 4) + 1 + (i % 3))));
