import { expect, test } from 'vitest';
import { crew, peopleOf } from './crew.rules.ts';
import { estimatedEnd, judgeTrip } from './judge-trip.rules.ts';
import type { TripRow } from './trip-row.ts';

const trip = (differences: Partial<TripRow> = {}): TripRow => ({
  line: 2,
  key: '17',
  pickedUpAt: new Date('2011-01-28T20:42:59Z'),
  fare: { minor: 1130n, rounded: false },
  pickup: { latitude: 40.739146, longitude: -73.999022 },
  dropoff: { latitude: 40.717866, longitude: -73.990369 },
  passengers: 1,
  ...differences,
});
const zero = { latitude: 0, longitude: 0 };
const kennedy = { latitude: 40.6413, longitude: -73.7781 };

test('a clean trip is kept', () => {
  expect(judgeTrip(trip())).toMatchObject({
    kept: { key: '17', fareMinor: 1130n, distanceMeters: 2476, rideClass: 'ECONOMY' },
    mends: [],
  });
});

test.each<[string, Partial<TripRow>]>([
  ['coordinates of 0 or outside the region of New York', { pickup: zero }],
  [
    'coordinates of 0 or outside the region of New York',
    { dropoff: { latitude: 41.366138, longitude: -73.137393 } },
  ],
  ['fare below the initial charge', { fare: { minor: 0n, rounded: false } }],
  ['fare below the initial charge', { fare: { minor: -250n, rounded: false } }],
  ['fare above 500 dollars', { fare: { minor: 50_001n, rounded: false } }],
  ['begins and ends at the same place', { dropoff: trip().pickup }],
  ['fare far too low for the distance', { dropoff: kennedy, fare: { minor: 450n, rounded: false } }],
  ['fewer than no or more than six passengers', { passengers: 208 }],
])('rejected, %s', (rejected, differences) => {
  expect(judgeTrip(trip(differences))).toEqual({ rejected });
});

test('mended: fares with the dust of floats, passengers who were not counted', () => {
  expect(judgeTrip(trip({ fare: { minor: 1345n, rounded: true } }))).toMatchObject({
    mends: ['fare with more than two decimals: rounded to the cent'],
  });
  expect(judgeTrip(trip({ passengers: 0 }))).toMatchObject({ mends: ['no passenger counted: read as one'] });
});

test('five and six people take a big car, and the same people for the same key', () => {
  const verdict = judgeTrip(trip({ passengers: 5 }));
  expect(verdict).toMatchObject({ kept: { rideClass: 'XL' } });
  const first = peopleOf({ key: '17', rideClass: 'XL' });
  expect(peopleOf({ key: '17', rideClass: 'XL' })).toEqual(first);
  expect(first.driver).toBeLessThan(crew.xlDrivers);
  expect(peopleOf({ key: '17', rideClass: 'ECONOMY' }).driver).toBeGreaterThanOrEqual(crew.xlDrivers);
});

test('the end is estimated: two minutes, and a second for five metres', () => {
  const end = estimatedEnd({ pickedUpAt: new Date('2011-01-28T20:00:00Z'), distanceMeters: 900 });
  expect(end.toISOString()).toBe('2011-01-28T20:05:00.000Z');
});
