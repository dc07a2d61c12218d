import type { RideStatus } from '@meridian/contracts/rides';
import { idFromName } from '@meridian/kernel/ids';
import type { Point } from '@meridian/rides/geo/distance.rules';
import { fareOf, routeOf } from '@meridian/rides/quote/quote.rules';
import { anyCrossing, crossingAwayFrom, headingAt, lengthOf, pointAt, route } from './city.ts';
import { days, minutes } from './days.ts';
import type { Driver } from './drivers.ts';
import { type Order, orderOnItsWay } from './orders.ts';
import { type Random, randomFrom } from './random.ts';

export type RideStep = { to: RideStatus; at: Date; by: string };
export type Ride = {
  id: string;
  riderId: string;
  driver: Driver;
  orderId: string | null;
  pickup: Point;
  dropoff: Point;
  distanceMeters: number;
  fareMinor: bigint;
  steps: [RideStep, ...RideStep[]];
  /** Where the driver is on the way now, while there is one. */
  position: { point: Point; headingDeg: number; speedMps: number } | null;
};

type Wish = {
  name: string;
  riderId: string;
  driver: Driver;
  orderId?: string;
  requestedAt: Date;
  until: RideStatus;
};

const speedMps = 25 / 3.6;

/** Rides of the last three months, and one under way for each driver who is on a ride; parcels go with couriers. */
export function rides(
  drivers: readonly Driver[],
  orders: readonly Order[],
  riderIds: readonly string[],
  now: Date,
): Ride[] {
  const random = randomFrom('rides');
  const couriers = drivers.filter(({ rideClass }) => rideClass === 'COURIER');
  const cars = drivers.filter(({ rideClass }) => rideClass !== 'COURIER');
  const wishes = [
    ...deliveriesUnderWay(couriers, orders, now),
    ...ridesUnderWay(cars, riderIds, now),
    ...pastDeliveries(couriers, orders, random, now),
    ...pastRides(cars, riderIds, random, now),
  ];
  return wishes.map((wish) => ride(wish, randomFrom(`ride:${wish.name}`), now));
}

function deliveriesUnderWay(couriers: readonly Driver[], orders: readonly Order[], now: Date): Wish[] {
  const waiting = orders
    .filter(({ status }) => status === 'CONFIRMED')
    .sort((a, b) => Number(b.id === orderOnItsWay) - Number(a.id === orderOnItsWay));
  return couriers
    .filter(({ status }) => status === 'ON_RIDE')
    .flatMap((driver, i): Wish[] => {
      const order = waiting[i];
      if (!order) return [];
      const until = order.id === orderOnItsWay ? 'IN_PROGRESS' : underWay(i);
      return [
        {
          name: `delivery:${order.id}`,
          riderId: order.customerId,
          driver,
          orderId: order.id,
          requestedAt: minutes(now, -14),
          until,
        },
      ];
    });
}

const ridesUnderWay = (cars: readonly Driver[], riderIds: readonly string[], now: Date): Wish[] =>
  cars
    .filter(({ status }) => status === 'ON_RIDE')
    .map((driver, i) => ({
      name: `now:${i}`,
      riderId: riderIds[i] ?? '',
      driver,
      requestedAt: minutes(now, -12),
      until: underWay(i),
    }));

const underWay = (i: number): RideStatus =>
  i % 3 === 0 ? 'IN_PROGRESS' : i % 3 === 1 ? 'ARRIVED' : 'ACCEPTED';

const pastDeliveries = (
  couriers: readonly Driver[],
  orders: readonly Order[],
  random: Random,
  now: Date,
): Wish[] =>
  orders
    .filter(({ status, placedAt }) => status === 'DELIVERED' && placedAt > days(now, -35))
    .map((order) => ({
      name: `delivery:${order.id}`,
      riderId: order.customerId,
      driver: anyOf(couriers, random),
      orderId: order.id,
      requestedAt: minutes(order.placedAt, random.int(20, 300)),
      until: 'COMPLETED',
    }));

const pastRides = (cars: readonly Driver[], riderIds: readonly string[], random: Random, now: Date): Wish[] =>
  Array.from({ length: 400 }, (_, i) => ({
    name: `past:${i}`,
    riderId: riderIds[random.int(0, riderIds.length - 1)] ?? '',
    driver: anyOf(cars, random),
    requestedAt: days(now, -random.int(1, 90), -random.int(0, 1_400)),
    until: random.chance(0.07) ? 'CANCELLED_BY_RIDER' : 'COMPLETED',
  }));

function anyOf(drivers: readonly Driver[], random: Random): Driver {
  const [first, ...others] = drivers;
  if (!first) throw new RangeError('There is no driver to choose from');
  return random.pick([first, ...others]);
}

function ride({ name, riderId, driver, orderId, requestedAt, until }: Wish, random: Random, now: Date): Ride {
  const from = anyCrossing(random);
  const way = route(from, crossingAwayFrom(from, random));
  const [pickup, dropoff] = [pointAt(from), way.at(-1) ?? pointAt(from)];
  const planned = routeOf(pickup, dropoff);
  const seconds = lengthOf(way) / speedMps;
  const steps = stepsOf({ riderId, driver, requestedAt, until, seconds });
  return {
    id: idFromName('ride', `demo:${name}`),
    riderId,
    driver,
    orderId: orderId ?? null,
    pickup,
    dropoff,
    distanceMeters: planned.distanceMeters,
    fareMinor: fareOf(driver.rideClass, planned).amountMinor,
    steps,
    position: positionOn(way, until, steps, seconds, now),
  };
}

const course: readonly RideStatus[] = ['ACCEPTED', 'ARRIVED', 'IN_PROGRESS', 'COMPLETED'];

type Course = { riderId: string; driver: Driver; requestedAt: Date; until: RideStatus; seconds: number };

/** Each status on the way to `until`: the driver is there after six minutes and off two minutes later. */
function stepsOf({ riderId, driver, requestedAt, until, seconds }: Course): Ride['steps'] {
  const accepted: RideStep = { to: 'ACCEPTED', at: requestedAt, by: riderId };
  if (until === 'CANCELLED_BY_RIDER')
    return [accepted, { to: until, at: minutes(requestedAt, 3), by: riderId }];
  const after = [0, 6, 8, 8 + seconds / 60];
  const driven = course
    .slice(1, course.indexOf(until) + 1)
    .map((to, i) => ({ to, at: minutes(requestedAt, after[i + 1] ?? 0), by: driver.userId }));
  return [accepted, ...driven];
}

/** Waiting at the pickup or on the way there, or as far along the way as the time since the start allows, but not yet there. */
function positionOn(
  way: readonly Point[],
  until: RideStatus,
  steps: Ride['steps'],
  seconds: number,
  now: Date,
): Ride['position'] {
  const [start] = way;
  const last = steps.at(-1);
  if (!start || !last || until === 'COMPLETED' || until === 'CANCELLED_BY_RIDER') return null;
  if (until !== 'IN_PROGRESS') return { point: start, headingDeg: headingAt(way, 0), speedMps: 0 };
  const driven = Math.min(0.8, (now.getTime() - last.at.getTime()) / 1000 / seconds);
  const index = Math.floor(driven * (way.length - 1));
  return { point: way[index] ?? start, headingDeg: headingAt(way, index), speedMps: Math.round(speedMps) };
}
