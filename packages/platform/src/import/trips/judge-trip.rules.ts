import { distanceMeters as metersBetween, type Point } from '@meridian/rides/geo/distance.rules';
import type { TripRow } from './trip-row.ts';

/** A trip that becomes a ride. */
export type Trip = Pick<TripRow, 'key' | 'pickedUpAt' | 'pickup' | 'dropoff'> & {
  fareMinor: bigint;
  /** As the crow flies. */
  distanceMeters: number;
  rideClass: 'ECONOMY' | 'XL';
};

export type TripVerdict = { kept: Trip; mends: TripMend[] } | { rejected: TripRejection };

export type TripRejection =
  | 'coordinates of 0 or outside the region of New York'
  | 'begins and ends at the same place'
  | 'fare below the initial charge'
  | 'fare above 500 dollars'
  | 'fare far too low for the distance'
  | 'fewer than no or more than six passengers';

export type TripMend =
  | 'fare with more than two decimals: rounded to the cent'
  | 'no passenger counted: read as one';

/** The five boroughs, Newark and the airports, with room around them. */
const region = { south: 40.45, north: 41.1, west: -74.3, east: -73.4 };
/** In cents. The meter begins with 2.50 dollars. */
const fares = { lowest: 250n, highest: 50_000n };
/** The meter adds about 1.25 dollars a kilometre of road, so that this little is a wrong place or a wrong fare. */
const lowestCentsPerKilometre = 75;
/** Positions from satellites are no better between high buildings. */
const samePlaceMeters = 10;

/** Whether a trip becomes a ride, mended where that needs no guess, or why not: the first reason that holds. */
export function judgeTrip(row: TripRow): TripVerdict {
  const { key, pickedUpAt, pickup, dropoff, fare, passengers } = row;
  const distanceMeters = Math.round(metersBetween(pickup, dropoff));
  const rejected = whyRejected(row, distanceMeters);
  if (rejected) return { rejected };
  const mends: TripMend[] = [];
  if (fare.rounded) mends.push('fare with more than two decimals: rounded to the cent');
  if (passengers === 0) mends.push('no passenger counted: read as one');
  const rideClass = passengers > 4 ? 'XL' : 'ECONOMY';
  return {
    kept: { key, pickedUpAt, pickup, dropoff, fareMinor: fare.minor, distanceMeters, rideClass },
    mends,
  };
}

function whyRejected(
  { pickup, dropoff, fare, passengers }: TripRow,
  distanceMeters: number,
): TripRejection | null {
  if (!isInRegion(pickup) || !isInRegion(dropoff))
    return 'coordinates of 0 or outside the region of New York';
  if (fare.minor < fares.lowest) return 'fare below the initial charge';
  if (fare.minor > fares.highest) return 'fare above 500 dollars';
  if (distanceMeters < samePlaceMeters) return 'begins and ends at the same place';
  if (Number(fare.minor) * 1000 < lowestCentsPerKilometre * distanceMeters)
    return 'fare far too low for the distance';
  if (passengers < 0 || passengers > 6) return 'fewer than no or more than six passengers';
  return null;
}

const isInRegion = ({ latitude, longitude }: Point): boolean =>
  latitude >= region.south &&
  latitude <= region.north &&
  longitude >= region.west &&
  longitude <= region.east;

/** The file does not say when a trip ended: two minutes and 18 km/h as the crow flies, about what a taxi makes there. */
export function estimatedEnd({
  pickedUpAt,
  distanceMeters,
}: Pick<Trip, 'pickedUpAt' | 'distanceMeters'>): Date {
  const seconds = 120 + Math.round(distanceMeters / 5);
  return new Date(pickedUpAt.getTime() + seconds * 1000);
}
