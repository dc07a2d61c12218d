import { distanceMeters } from '@meridian/rides/geo/distance.rules';
import { expect, test } from 'vitest';
import { pointAt, route } from './city.ts';
import { demoData } from './demo-data.ts';
import { orderOnItsWay } from './orders.ts';
import { demoCustomer, demoDriver, demoViewers } from './viewers.ts';

const now = new Date('2026-11-21T10:00:00Z');
const data = demoData(now);
const unique = (values: readonly unknown[]) => new Set(values).size === values.length;

test('the same instant gives the same data', () => {
  expect(demoData(now)).toEqual(data);
});

test('what must be unique is', () => {
  const variants = data.products.flatMap(({ variants }) => variants);
  for (const keys of [
    data.people.map(({ id }) => id),
    data.people.map(({ email }) => email),
    data.products.map(({ slug }) => slug),
    data.categories.map(({ slug }) => slug),
    variants.map(({ sku }) => sku),
    variants.map(({ id }) => id),
    data.reviews.map(({ id }) => id),
    data.orders.map(({ number }) => number),
    data.drivers.map(({ plate }) => plate),
    data.rides.map(({ id }) => id),
  ])
    expect(unique(keys)).toBe(true);
});

test('it is big enough to look at, and everything refers to something', () => {
  expect(data.products.length).toBeGreaterThan(200);
  expect(data.drivers.length).toBeGreaterThanOrEqual(40);
  const people = new Set(data.people.map(({ id }) => id));
  const categories = new Set(data.categories.map(({ id }) => id));
  expect(data.products.every(({ categoryId }) => categories.has(categoryId))).toBe(true);
  expect(data.reviews.every(({ authorId }) => people.has(authorId))).toBe(true);
  expect(data.orders.every(({ customerId }) => people.has(customerId))).toBe(true);
  expect(data.drivers.every(({ userId }) => people.has(userId))).toBe(true);
  expect(data.rides.every(({ riderId }) => people.has(riderId))).toBe(true);
  expect(demoViewers.every(({ userId }) => people.has(userId))).toBe(true);
});

test('nothing has happened after now, and nobody bought what was not yet offered', () => {
  const latest = [
    ...data.orders.flatMap(({ placedAt, cancelledAt }) => [placedAt, cancelledAt ?? placedAt]),
    ...data.reviews.map(({ createdAt }) => createdAt),
    ...data.rides.flatMap(({ steps }) => steps.map(({ at }) => at)),
  ];
  expect(latest.filter((at) => at > now)).toEqual([]);
  const offered = new Map(data.products.map(({ id, createdAt }) => [id, createdAt]));
  const tooEarly = data.orders.filter(({ placedAt, lines }) =>
    lines.some(({ variant }) => placedAt < offered.get(variant.productId)!),
  );
  expect(tooEarly).toEqual([]);
});

test('an order of the demo customer, of reviewed products, is brought by a driver right now', () => {
  const order = data.orders.find(({ id }) => id === orderOnItsWay);
  expect(order).toMatchObject({ customerId: demoCustomer.userId, status: 'CONFIRMED' });
  const reviewed = new Set(data.reviews.map(({ productId }) => productId));
  expect(order?.lines.some(({ variant }) => reviewed.has(variant.productId))).toBe(true);
  const ride = data.rides.find(({ orderId }) => orderId === orderOnItsWay);
  expect(ride?.steps.at(-1)?.to).toBe('IN_PROGRESS');
  expect(ride?.driver).toMatchObject({ status: 'ON_RIDE', rideClass: 'COURIER' });
});

test('the demo driver is free, and the only one with a premium car', () => {
  const premium = data.drivers.filter(({ rideClass }) => rideClass === 'PREMIUM');
  expect(premium).toEqual([expect.objectContaining({ userId: demoDriver.userId, status: 'AVAILABLE' })]);
});

test('a driver is on a ride exactly when one of their rides is under way', () => {
  const underWay = data.rides.filter(({ position }) => position !== null).map(({ driver }) => driver.id);
  const onRide = data.drivers.filter(({ status }) => status === 'ON_RIDE').map(({ id }) => id);
  expect(underWay.toSorted()).toEqual(onRide.toSorted());
});

test('ways go from crossing to crossing of the grid, a block at a time', () => {
  const way = route({ along: -3, up: 1 }, { along: 2, up: 5 });
  expect(way).toHaveLength(1 + 5 + 4);
  expect(way.at(-1)).toEqual(pointAt({ along: 2, up: 5 }));
  for (const [i, point] of way.slice(1).entries())
    expect(distanceMeters(way[i]!, point)).toBeCloseTo(133.3, -1);
});
