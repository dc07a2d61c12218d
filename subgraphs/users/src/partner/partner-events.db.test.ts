import { randomUUID } from 'node:crypto';
import { newId } from '@meridian/kernel/ids';
import { eventually } from '@meridian/testkit/eventually';
import { useTestSubgraph, type Variables } from '@meridian/testkit/subgraph';
import { viewer } from '@meridian/testkit/viewers';
import { expect, test } from 'vitest';
import { createUsers } from '../subgraph.ts';
import { heardBus } from '../testing/heard-bus.ts';
import { newOrganisation, newUser, type TestOrganisation } from '../testing/organisations.ts';

const bus = heardBus();
const users = useTestSubgraph({
  name: 'users',
  create: (dependencies) => createUsers({ ...dependencies, bus }),
});
const money = { amountMinor: 1_000, currency: 'EUR' };

const placed = (customerId: string, orderId = newId('order')) => ({
  type: 'order.placed.v1',
  key: orderId,
  data: { orderId, customerId, total: money, lines: [] },
});
const priced = (variantId = newId('variant')) => ({
  type: 'price.changed.v1',
  key: variantId,
  data: { variantId, previous: money, current: money, priceVersion: 2 },
});

const fields = 'id cursor type version at data subject { __typename id }';
const page = async (by: TestOrganisation['member'], args: Variables = {}) => {
  const query = `query ($after: String, $types: [String!], $first: Int) {
    partnerEvents(after: $after, types: $types, first: $first) {
      nodes { ${fields} } pageInfo { endCursor hasNextPage } } }`;
  return (await users.data(query, args, by)).partnerEvents;
};
const listen = (by: TestOrganisation['member'], args: Variables = {}) => {
  const query = `subscription ($after: String, $types: [String!]) {
    partnerEvents(after: $after, types: $types) { ${fields} } }`;
  return users.listen(query, args, by);
};
const markers = new Set<string>();
/** The cursor behind all that was told so far, once the log has been read up to there. */
const now = async (by: TestOrganisation['member']): Promise<string> => {
  const marker = priced();
  markers.add(marker.key);
  await bus.bring(marker);
  return eventually(async () => {
    let last = await page(by, { first: 100 });
    while (last.pageInfo.hasNextPage) last = await page(by, { first: 100, after: last.pageInfo.endCursor });
    const { cursor, subject } = last.nodes.at(-1) ?? {};
    return subject?.id === marker.key && cursor;
  });
};
/** The page after a cursor once all is there that was brought. */
const told = async (by: TestOrganisation['member'], after: string) => {
  await now(by);
  const { nodes } = await page(by, { after });
  return nodes.filter(({ subject }: { subject: { id: string } }) => !markers.has(subject.id));
};
const remove = (organisationId: string, userId: string) =>
  users.data(
    'mutation ($input: RemoveOrganisationMemberInput!) { removeOrganisationMember(input: $input) { userErrors { code } } }',
    { input: { organisationId, userId, idempotencyKey: randomUUID() } },
    viewer('user_platform', ['organisations:write']),
  );

test('an organisation hears of its own members and of what everyone may see, with the subject', async () => {
  const [ours, theirs] = [await newOrganisation(users.pool), await newOrganisation(users.pool)];
  const after = await now(ours.member);
  const [order, price] = [placed(ours.member.id), priced()];
  await bus.bring(order);
  await bus.bring(placed(theirs.member.id));
  await bus.bring(placed((await newUser(users.pool)).id));
  await bus.bring({ ...price, at: new Date('2026-11-21T10:00:00Z') });

  expect(await told(ours.admin, after)).toEqual([
    {
      id: expect.stringMatching(/^event_/),
      cursor: expect.any(String),
      type: 'order.placed.v1',
      version: 1,
      at: expect.any(String),
      data: order.data,
      subject: { __typename: 'Order', id: order.key },
    },
    expect.objectContaining({
      at: '2026-11-21T10:00:00.000Z',
      data: price.data,
      subject: { __typename: 'ProductVariant', id: price.key },
    }),
  ]);
  expect(await told(theirs.admin, after)).toHaveLength(2);
});

test('a fact that comes again is told once; one that is not what it promises is refused', async () => {
  const { member } = await newOrganisation(users.pool);
  const after = await now(member);
  const again = { ...placed(member.id), id: randomUUID() };
  await Promise.all([bus.bring(again), bus.bring(again), bus.bring(again)]);
  await expect(bus.bring({ ...again, id: randomUUID(), data: {} })).rejects.toThrow();
  expect(await told(member, after)).toHaveLength(1);
});

test('a ride is told once to the organisation of both, and to each of two', async () => {
  const [one, other] = [await newOrganisation(users.pool), await newOrganisation(users.pool)];
  const after = await now(one.member);
  const ride = (riderId: string, driverUserId: string) => {
    const rideId = newId('ride');
    const step = { driverId: newId('driver'), orderId: null, from: null, to: 'ACCEPTED', version: 1 };
    return { type: 'ride.status-changed.v1', key: rideId, data: { rideId, riderId, driverUserId, ...step } };
  };
  await bus.bring(ride(one.member.id, one.admin.id));
  await bus.bring(ride(one.member.id, other.member.id));
  expect(await told(one.member, after)).toHaveLength(2);
  expect(await told(other.member, after)).toHaveLength(1);
});

test('what partners must not see is left out of the data', async () => {
  const { member } = await newOrganisation(users.pool);
  const after = await now(member);
  const [variantId, orderId] = [newId('variant'), newId('order')];
  const data = { variantId, available: 3, delta: -1, reason: 'order order_1', stockVersion: 7 };
  await bus.bring({ type: 'stock.changed.v1', key: variantId, data });
  await bus.bring({
    type: 'order.cancelled.v1',
    key: orderId,
    data: { orderId, customerId: member.id, reason: 'my cat is ill' },
  });
  expect((await told(member, after)).map((event: { data: object }) => event.data)).toEqual([
    { variantId, available: 3, delta: -1, stockVersion: 7 },
    { orderId, customerId: member.id },
  ]);
});

test('pages go through history by type, and from an event on', async () => {
  const { member } = await newOrganisation(users.pool);
  const after = await now(member);
  for (let i = 0; i < 5; i++) {
    await bus.bring(placed(member.id));
    await bus.bring(priced());
  }
  await now(member);
  const seen: string[] = [];
  let from = after;
  for (;;) {
    const { nodes, pageInfo } = await page(member, { after: from, types: ['order.placed.v1'], first: 2 });
    seen.push(...nodes.map(({ id }: { id: string }) => id));
    from = pageInfo.endCursor;
    if (!pageInfo.hasNextPage) break;
  }
  expect(new Set(seen).size).toBe(5);
  const [first, ...rest] = (await page(member, { after })).nodes;
  expect((await page(member, { after: first.cursor })).nodes).toEqual(rest);
});

test('a stream tells what happens, goes on after a cursor, and tells nothing of others', async () => {
  const [ours, theirs] = [await newOrganisation(users.pool), await newOrganisation(users.pool)];
  const after = await now(ours.member);
  const live = await listen(ours.member, { after });
  const first = live.next();
  await bus.bring(placed(theirs.member.id));
  const order = placed(ours.admin.id);
  await bus.bring(order);
  const event = (await first).value.data.partnerEvents;
  expect(event).toMatchObject({ type: 'order.placed.v1', subject: { id: order.key } });
  await live.return?.();

  const later = [placed(ours.admin.id), priced(), placed(ours.member.id)];
  for (const fact of later) await bus.bring(fact);
  const resumed = await listen(ours.member, { after: event.cursor, types: ['order.placed.v1'] });
  const keys = [(await resumed.next()).value, (await resumed.next()).value].map(
    (frame) => frame.data.partnerEvents.subject.id,
  );
  expect(keys).toEqual([later[0]?.key, later[2]?.key]);
  await resumed.return?.();
});

test('who leaves the organisation hears no more: the stream ends with the next event', async () => {
  const ours = await newOrganisation(users.pool);
  const after = await now(ours.member);
  await bus.bring(placed(ours.admin.id));
  const stream = await listen(ours.member, { after });
  expect((await stream.next()).value.data.partnerEvents.type).toBe('order.placed.v1');
  await remove(ours.id, ours.member.id);
  await bus.bring(placed(ours.admin.id));
  const { value } = await stream.next();
  expect(value).toMatchObject({ data: null, errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  expect((await stream.next()).done).toBe(true);
});

test('only members with the scope may listen, to types that exist, from cursors that are ours', async () => {
  const { member } = await newOrganisation(users.pool);
  const code = async (by: TestOrganisation['member'] | null, args: Variables = {}) => {
    const asked = await users.ask(
      `query ($after: String, $types: [String!], $first: Int) {
      partnerEvents(after: $after, types: $types, first: $first) { nodes { id } } }`,
      args,
      by,
    );
    const frame = (
      await (
        await users.listen(
          `subscription ($after: String, $types: [String!]) {
      partnerEvents(after: $after, types: $types) { id } }`,
          args,
          by,
        )
      ).next()
    ).value;
    const codes = [asked, frame].map(({ errors }) => errors?.[0]?.extensions?.['code']);
    expect(codes[0]).toBe(codes[1]);
    return codes[0];
  };
  expect(await code(null)).toBe('UNAUTHENTICATED');
  expect(await code(viewer(member.id))).toBe('FORBIDDEN');
  expect(await code(await newUser(users.pool, ['partner:events']))).toBe('FORBIDDEN');
  expect(await code(member, { types: ['user.updated.v1'] })).toBe('BAD_USER_INPUT');
  expect(await code(member, { after: 'nonsense' })).toBe('CURSOR_INVALID');
  for (const first of [0, 101])
    await expect(page(member, { first })).rejects.toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
});
