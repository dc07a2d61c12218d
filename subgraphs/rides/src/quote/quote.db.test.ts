import { expect, test } from 'vitest';
import { north, useFleet } from '../testing/fleet.ts';

const { rides, clock, city, rider } = useFleet();
const query = `query ($pickup: GeoPointInput!, $dropoff: GeoPointInput!) {
  rideQuotes(pickup: $pickup, dropoff: $dropoff) {
    id class distanceMeters durationSeconds expiresAt total { amountMinor currency formatted }
    pickup { latitude } dropoff { longitude }
  }
}`;

test('one quote for each class, cheapest first, good for five minutes', async () => {
  const pickup = { latitude: 47.3769, longitude: 8.5417 };
  const dropoff = { latitude: 47.4647, longitude: 8.5492 };
  const before = Date.now();
  const { rideQuotes } = await rides.data(query, { pickup, dropoff }, rider().viewer);
  expect(rideQuotes.map((quote: { class: string }) => quote.class)).toEqual([
    'COURIER',
    'ECONOMY',
    'XL',
    'PREMIUM',
  ]);
  expect(rideQuotes[1]).toMatchObject({
    distanceMeters: 9_779,
    durationSeconds: 1_173,
    total: { amountMinor: 1_668, currency: 'EUR', formatted: '€16.68' },
    pickup: { latitude: 47.3769 },
    dropoff: { longitude: 8.5492 },
  });
  const lifetime = Date.parse(rideQuotes[1].expiresAt) - before;
  expect(lifetime).toBeGreaterThanOrEqual(5 * 60_000);
  expect(lifetime).toBeLessThan(6 * 60_000);
});

test('whole degrees may be written in the text of a query', async () => {
  const { rideQuotes } = await rides.data(
    '{ rideQuotes(pickup: { latitude: 47, longitude: 8 }, dropoff: { latitude: 47, longitude: 9 }) { class } }',
    {},
    rider().viewer,
  );
  expect(rideQuotes).toHaveLength(4);
});

test('the same place, a place too far and nobody at all get no quote', async () => {
  const pickup = city();
  const ada = rider().viewer;
  const quote = (dropoff: object) => rides.data(query, { pickup, dropoff }, ada);
  await expect(quote(pickup)).rejects.toMatchObject({
    message: expect.stringContaining('the same place'),
    extensions: { code: 'BAD_USER_INPUT', argument: 'dropoff' },
  });
  await expect(quote(north(pickup, 300_000))).rejects.toThrow('300 km apart; we drive up to 200 km');
  await expect(quote({ latitude: 91, longitude: 0 })).rejects.toThrow('from -90 to 90');
  await expect(rides.data(query, { pickup, dropoff: north(pickup, 100) })).rejects.toMatchObject({
    extensions: { code: 'UNAUTHENTICATED' },
  });
});

test('a rider leaves no heap of old quotes behind', async () => {
  const here = city();
  const ada = rider();
  await ada.quote(here);
  clock.offsetMs = 25 * 3_600_000;
  await ada.quote(here);
  clock.offsetMs = 0;
  const { rows } = await rides.pool.query('SELECT count(*)::int FROM ride_quotes WHERE rider_id = $1', [
    ada.id,
  ]);
  expect(rows).toEqual([{ count: 4 }]);
});
