import { distanceMeters, type Point } from '@meridian/rides/geo/distance.rules';
import type { Random } from './random.ts';

/** A crossing of two streets: so many blocks up the coast and so many up the hill from the middle of town. */
export type Crossing = { along: number; up: number };

/**
 * The Eixample of Barcelona is a grid of blocks of 133.3 m, turned by 45°: its crossings can be computed, and a way along
 * them is one that a car can drive. The middle is where Gran Via meets Passeig de Gràcia.
 */
const middle: Point = { latitude: 41.38875, longitude: 2.16795 };
const blockMeters = 133.3;
const metersPerDegree = { latitude: 111_070, longitude: 83_500 };
/** From Plaça d'Espanya to Glòries, and from Gran Via to the Diagonal. */
const extent = { along: [-14, 14], up: [0, 6] } as const;

const step = blockMeters * Math.SQRT1_2;

export function pointAt({ along, up }: Crossing): Point {
  return {
    latitude: round(middle.latitude + (step * (along + up)) / metersPerDegree.latitude),
    longitude: round(middle.longitude + (step * (along - up)) / metersPerDegree.longitude),
  };
}

/** Six decimals are a decimetre. */
const round = (degrees: number): number => Math.round(degrees * 1e6) / 1e6;

export const anyCrossing = (random: Random): Crossing => ({
  along: random.int(...extent.along),
  up: random.int(...extent.up),
});

/** Another crossing, three blocks away at least: nobody takes a car for less. */
export function crossingAwayFrom(from: Crossing, random: Random): Crossing {
  for (;;) {
    const to = anyCrossing(random);
    if (Math.abs(to.along - from.along) + Math.abs(to.up - from.up) >= 3) return to;
  }
}

/** Every crossing on the way: along the coast first, then up or down the hill. */
export function route(from: Crossing, to: Crossing): Point[] {
  const between = (a: number, b: number) =>
    Array.from({ length: Math.abs(b - a) }, (_, i) => a + (i + 1) * Math.sign(b - a));
  return [
    pointAt(from),
    ...between(from.along, to.along).map((along) => pointAt({ along, up: from.up })),
    ...between(from.up, to.up).map((up) => pointAt({ along: to.along, up })),
  ];
}

/** Metres along a way, from crossing to crossing. */
export const lengthOf = (points: readonly Point[]): number =>
  points.reduce((sum, point, i) => {
    const before = points[i - 1];
    return before ? sum + distanceMeters(before, point) : 0;
  }, 0);

/** Degrees clockwise from north, at a point of a way: the direction from there on, or into its last point. */
export function headingAt(points: readonly Point[], index: number): number {
  const last = Math.max(0, Math.min(index, points.length - 2));
  const [from, to] = [points[last], points[last + 1]];
  if (!from || !to) return 0;
  const north = (to.latitude - from.latitude) * metersPerDegree.latitude;
  const east = (to.longitude - from.longitude) * metersPerDegree.longitude;
  return (Math.round((Math.atan2(east, north) * 180) / Math.PI) + 360) % 360;
}
