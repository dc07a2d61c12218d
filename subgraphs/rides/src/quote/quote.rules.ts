import type { Money } from '@meridian/kernel/money';
import { distanceMeters, type Point } from '../geo/distance.rules.ts';

export const rideClasses = ['ECONOMY', 'XL', 'PREMIUM', 'COURIER'] as const;
export type RideClassName = (typeof rideClasses)[number];

/** In minor units of `currency`. */
type Tariff = { base: number; perKilometre: number; perMinute: number; least: number };

const currency = 'EUR';
const tariffs: Record<RideClassName, Tariff> = {
  ECONOMY: { base: 250, perKilometre: 95, perMinute: 25, least: 500 },
  XL: { base: 400, perKilometre: 140, perMinute: 35, least: 800 },
  PREMIUM: { base: 600, perKilometre: 200, perMinute: 50, least: 1_200 },
  COURIER: { base: 300, perKilometre: 80, perMinute: 20, least: 450 },
};

/** 30 km/h, over the distance as the crow flies. */
const metersPerSecond = 30 / 3.6;
const shortestMeters = 10;
const longestMeters = 200_000;
export const quoteLifetimeMs = 5 * 60 * 1000;

export type Route = { distanceMeters: number; durationSeconds: number };

/** How far and how long, in whole metres and seconds. */
export function routeOf(pickup: Point, dropoff: Point): Route {
  const meters = Math.round(distanceMeters(pickup, dropoff));
  return { distanceMeters: meters, durationSeconds: Math.round(meters / metersPerSecond) };
}

/** Why nobody drives that far, or that near; null when somebody does. */
export function whyOutOfRange({ distanceMeters: meters }: Route): string | null {
  if (meters < shortestMeters)
    return `Pickup and dropoff are the same place: less than ${shortestMeters} m apart`;
  if (meters > longestMeters)
    return `Pickup and dropoff are ${Math.round(meters / 1000)} km apart; we drive up to ${longestMeters / 1000} km`;
  return null;
}

/** Base, distance and time, to the nearest minor unit, but no less than the class's least fare. */
export function fareOf(rideClass: RideClassName, route: Route): Money {
  const { base, perKilometre, perMinute, least } = tariffs[rideClass];
  // In 60,000ths of a minor unit all terms are whole, so that nothing is rounded but the sum.
  const whole =
    base * 60_000 + route.distanceMeters * perKilometre * 60 + route.durationSeconds * perMinute * 1_000;
  const fare = Math.floor((whole + 30_000) / 60_000);
  return { amountMinor: BigInt(Math.max(least, fare)), currency };
}
