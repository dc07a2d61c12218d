import { upsert } from '@meridian/kernel/bulk';
import { statementsDuring } from '@meridian/testkit/statements';
import { viewer } from '@meridian/testkit/viewers';
import { expect, test } from 'vitest';
import { tables } from '../tables.ts';
import { rideRow, useFleet } from '../testing/fleet.ts';

const { rides, orders, city, rider, driver } = useFleet();
const support = viewer('user_support', ['rides:read']);

const entities = `query ($of: [_Any!]!) {
  _entities(representations: $of) { ... on Ride { status } ... on Driver { vehicle { plate } } ... on RideQuote { class } }
}`;
const listed = `query ($of: [_Any!]!, $first: Int, $after: String, $as: RideParty) {
  _entities(representations: $of) {
    ... on User { rides(first: $first, after: $after, as: $as) { nodes { id } pageInfo { hasNextPage endCursor } } }
  }
}`;
const user = (id: string) => [{ __typename: 'User', id }];

/** So many completed rides of one rider and one driver, two at a time. */
async function history(count: number) {
  const cab = await driver(city(), { status: 'OFFLINE' });
  const ada = rider();
  const rows = Array.from({ length: count }, (_, i) =>
    rideRow(ada.id, cab.id, {
      order_id: i % 2 ? orders.place(ada.id) : null,
      requested_at: new Date(Date.UTC(2026, 0, 1 + Math.floor(i / 2))),
    }),
  );
  await upsert(rides.pool, tables.rides, rows);
  const newestFirst = rows
    .toSorted((a, b) => b.requested_at.getTime() - a.requested_at.getTime() || (a.id < b.id ? 1 : -1))
    .map(({ id }) => id);
  return { cab, ada, newestFirst };
}

test('a ride is for its rider, its driver and those with the scope; for others it does not exist', async () => {
  const here = city();
  const cab = await driver(here);
  const ada = rider();
  const quoteId = await ada.quote(here);
  const { ride } = await ada.request(quoteId);
  const seenBy = async (someone: ReturnType<typeof viewer> | null) =>
    (await rides.data('query ($id: ID!) { ride(id: $id) { status } }', { id: ride.id }, someone)).ride;
  for (const someone of [ada.viewer, cab.viewer, support])
    expect(await seenBy(someone)).toEqual({ status: 'ACCEPTED' });
  for (const someone of [rider().viewer, null]) expect(await seenBy(someone)).toBeNull();

  const of = [
    { __typename: 'Ride', id: ride.id },
    { __typename: 'RideQuote', id: quoteId },
    { __typename: 'Driver', id: cab.id },
    { __typename: 'Ride', id: 'ride_none' },
  ];
  const plate = { vehicle: { plate: cab.id } };
  expect((await rides.data(entities, { of }, ada.viewer))._entities).toEqual([
    { status: 'ACCEPTED' },
    { class: 'ECONOMY' },
    plate,
    null,
  ]);
  expect((await rides.data(entities, { of }, rider().viewer))._entities).toEqual([null, null, plate, null]);
});

test('pages of rides meet each of them once, newest first, taken or driven', async () => {
  const { cab, ada, newestFirst } = await history(9);
  const all = async (id: string, as: string) => {
    const seen: string[] = [];
    for (let after: string | null = null; ; ) {
      const answer = await rides.data(listed, { of: user(id), first: 4, after, as }, viewer(id));
      const { nodes, pageInfo } = answer._entities[0].rides;
      seen.push(...nodes.map(({ id }: { id: string }) => id));
      if (!pageInfo.hasNextPage) return seen;
      after = pageInfo.endCursor;
    }
  };
  expect(await all(ada.id, 'RIDER')).toEqual(newestFirst);
  expect(await all(cab.userId, 'DRIVER')).toEqual(newestFirst);
  expect(await all(cab.userId, 'RIDER')).toEqual([]);
  expect(await all(ada.id, 'DRIVER')).toEqual([]);
});

test("others' lists are refused, and support sees them", async () => {
  const { ada } = await history(1);
  const of = user(ada.id);
  await expect(rides.data(listed, { of }, rider().viewer)).rejects.toMatchObject({
    extensions: { code: 'FORBIDDEN', requires: 'rides:read' },
  });
  await expect(rides.data(listed, { of })).rejects.toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });
  const { _entities } = await rides.data(listed, { of }, support);
  expect(_entities[0].rides.nodes).toHaveLength(1);
  await expect(rides.data(listed, { of, first: 0 }, ada.viewer)).rejects.toThrow('from 1 to 100');
});

test('a page of rides, and of many riders, costs the same number of statements, whatever its size', async () => {
  const { ada } = await history(20);
  const others = await Promise.all([history(3), history(3), history(3)]);
  const query = `query ($of: [_Any!]!, $first: Int) {
    _entities(representations: $of) {
      ... on User {
        driver { id }
        rides(first: $first) {
          nodes { fare { amountMinor } order { id } rider { id } timeline { to actor { id } }
            driver { status user { id } vehicle { plate } location { sequence } } }
        }
      }
    }
  }`;
  const few = await statementsDuring(() => rides.data(query, { of: user(ada.id), first: 2 }, support));
  const of = [ada, ...others.map((one) => one.ada)].flatMap(({ id }) => user(id));
  const many = await statementsDuring(() => rides.data(query, { of, first: 20 }, support));
  expect(many.length).toBeLessThanOrEqual(few.length);
  expect(few.length).toBeLessThanOrEqual(6);
});

test('deliveries of many orders cost one statement', async () => {
  const { ada } = await history(6);
  const { rows } = await rides.pool.query(
    'SELECT order_id FROM rides WHERE rider_id = $1 AND order_id IS NOT NULL',
    [ada.id],
  );
  const of = rows.map(({ order_id: id }) => ({ __typename: 'Order', id }));
  const query =
    'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Order { delivery { status } } } }';
  const statements = await statementsDuring(async () => {
    const { _entities } = await rides.data(query, { of }, ada.viewer);
    expect(_entities).toEqual(Array(3).fill({ delivery: { status: 'COMPLETED' } }));
  });
  expect(statements).toHaveLength(1);
});
