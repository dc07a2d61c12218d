import { viewer } from '@meridian/testkit/viewers';
import { expect, test } from 'vitest';
import { north, useFleet } from '../testing/fleet.ts';

const { rides, city, rider, driver } = useFleet();

const query = `query ($of: [_Any!]!) {
  _entities(representations: $of) { ... on Driver { location { point { latitude } sequence headingDeg } } }
}`;
const placeOf = async (id: string, someone: ReturnType<typeof viewer> | null) =>
  (await rides.data(query, { of: [{ __typename: 'Driver', id }] }, someone))._entities[0].location;

test('only the newest report is kept, whatever the order and however often they come', async () => {
  const here = city();
  const cab = await driver(here);
  const report = (sequence: number) => cab.report({ point: north(here, sequence), sequence });
  expect(await report(5)).toEqual({ acceptedThrough: 5, userErrors: [] });
  expect(await report(3)).toEqual({ acceptedThrough: 5, userErrors: [] });
  expect(await report(5)).toEqual({ acceptedThrough: 5, userErrors: [] });
  expect(await placeOf(cab.id, cab.viewer)).toMatchObject({
    sequence: 5,
    point: { latitude: north(here, 5).latitude },
  });
});

test('a hundred reports race: the highest sequence is kept, with its own place', async () => {
  const here = city();
  const cab = await driver(here);
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, i) => ((i * 37) % 100) + 1).map((sequence) =>
      cab.report({ point: north(here, sequence), sequence }),
    ),
  );
  expect(Math.max(...answers.map(({ acceptedThrough }) => acceptedThrough))).toBe(100);
  expect(await placeOf(cab.id, cab.viewer)).toMatchObject({
    sequence: 100,
    point: { latitude: north(here, 100).latitude },
  });
});

test('milliseconds since 1970 serve as sequences', async () => {
  const here = city();
  const cab = await driver(here);
  const sequence = Date.UTC(2026, 10, 21);
  expect(await cab.report({ point: here, sequence })).toEqual({ acceptedThrough: sequence, userErrors: [] });
});

test('a place is seen by the driver, the rider under way and the fleet, and by nobody else or later', async () => {
  const here = city();
  const cab = await driver(here);
  const ada = rider();
  const seers = { ada: ada.viewer, fleet: viewer('user_fleet', ['fleet:read']), cab: cab.viewer };
  expect(await placeOf(cab.id, seers.ada)).toBeNull();
  const { ride } = await ada.request(await ada.quote(here));
  for (const someone of Object.values(seers))
    expect(await placeOf(cab.id, someone)).toMatchObject({ sequence: 0 });
  for (const someone of [null, rider().viewer, viewer('user_support', ['rides:read'])])
    expect(await placeOf(cab.id, someone)).toBeNull();
  await ada.cancel(ride.id);
  expect(await placeOf(cab.id, seers.ada)).toBeNull();
  expect(await placeOf(cab.id, seers.cab)).not.toBeNull();
});

test('reports that cannot be are refused, each with its place, and none is kept', async () => {
  const here = city();
  const cab = await driver(here);
  const point = here;
  const wrong = [
    { point, sequence: 9 },
    { point, sequence: 10, headingDeg: 360 },
    { point, sequence: 11, speedMps: -1 },
    { point, sequence: -1 },
    { point, sequence: 12, recordedAt: new Date(Date.now() + 3_600_000).toISOString() },
  ];
  const { acceptedThrough, userErrors } = await cab.report(...wrong);
  expect(acceptedThrough).toBeNull();
  expect(userErrors.map(({ path }: { path: string[] }) => path)).toEqual([
    ['1', 'headingDeg'],
    ['2', 'speedMps'],
    ['3', 'sequence'],
    ['4', 'recordedAt'],
  ]);
  expect(await placeOf(cab.id, cab.viewer)).toMatchObject({ sequence: 0 });
  await expect(cab.report({ point: { latitude: 91, longitude: 0 }, sequence: 1 })).rejects.toThrow(
    'from -90 to 90',
  );
  await expect(cab.report()).rejects.toThrow('1 to 100 reports, not 0');
});

test('who is no driver reports nothing', async () => {
  const report =
    'mutation ($input: [LocationInput!]!) { reportLocations(input: $input) { userErrors { code } } }';
  const input = [{ point: city(), sequence: 1, recordedAt: new Date().toISOString() }];
  await expect(rides.data(report, { input }, rider().viewer)).rejects.toMatchObject({
    extensions: { code: 'FORBIDDEN', requires: 'driver' },
  });
  const { reportLocations } = await rides.data(report, { input }, viewer(rider().id, ['driver']));
  expect(reportLocations.userErrors).toEqual([{ code: 'NOT_FOUND' }]);
});
