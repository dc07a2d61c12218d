import { existsSync } from 'node:fs';
import { withClient } from '@meridian/database/connection';
import { useTestDatabase } from '@meridian/testkit/database';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromRoot } from '../../root.ts';
import { contentsOf, importInto, makeFolder } from '../import-setup.fixture.ts';
import { keptRows, rejectedRows } from '../tally.ts';
import { tripColumns } from './trip-row.ts';
import { trips } from './trips-dataset.ts';

const database = useTestDatabase();
let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

const header = tripColumns.join(',');
const rows = [
  '11.3,2011-01-28 20:42:59 UTC,-73.999022,40.739146,-73.990369,40.717866,1,0',
  '13.450000000000001,2012-06-27 04:28:06 UTC,-73.987443,40.729221,-73.979013,40.758641,5,1',
  '10.5,2013-04-03 00:54:53 UTC,0,0,-73.954797,40.778388,1,2',
  '11.3,2011-01-28 20:42:59 UTC,-73.999022,40.739146,-73.990369,40.717866,1,0',
];

test('trips become completed rides with drivers and riders, once however often they are imported', async () => {
  const file = await folder.file('trips.csv', [header, ...rows].join('\n'));
  const outcome = await importInto(database, trips, file);
  expect(outcome).toMatchObject({ end: 'done', throughLine: 5 });
  const found = await withClient(database.adminUrl, (client) =>
    client.query(
      `SELECT r.class, fare_minor::int AS fare, currency, r.status, requested_at AS at, completed_at > requested_at AS "ended later",
              (SELECT string_agg(to_status::text, ' ' ORDER BY version) FROM rides.ride_events WHERE ride_id = r.id) AS steps,
              d.display_name LIKE 'Driver %' AND p.display_name LIKE 'Rider %' AS "people named"
         FROM rides.rides r JOIN rides.drivers c ON c.id = r.driver_id
         JOIN users.users d ON d.id = c.user_id JOIN users.users p ON p.id = r.rider_id
        ORDER BY requested_at`,
    ),
  );
  const common = { currency: 'USD', status: 'COMPLETED', 'ended later': true, 'people named': true };
  const steps = 'ACCEPTED ARRIVED IN_PROGRESS COMPLETED';
  expect(found.rows).toEqual([
    { ...common, steps, class: 'ECONOMY', fare: 1130, at: new Date('2011-01-28T20:42:59Z') },
    { ...common, steps, class: 'XL', fare: 1345, at: new Date('2012-06-27T04:28:06Z') },
  ]);

  const contents = await contentsOf(database);
  expect(await importInto(database, trips, file)).toMatchObject({ end: 'done before', changed: 0 });
  await withClient(database.adminUrl, (client) => client.query('TRUNCATE platform.imports'));
  expect(await importInto(database, trips, file, { batchRows: 1 })).toMatchObject({
    end: 'done',
    changed: 0,
  });
  expect(await contentsOf(database)).toEqual(contents);
});

test.each([
  ['eleven,2011-01-28 20:42:59 UTC,-73.9,40.7,-73.9,40.7,1,9', 'fare_amount "eleven" is not an amount'],
  ['11.3,yesterday,-73.9,40.7,-73.9,40.7,1,9', 'pickup_datetime "yesterday" is not a date and time'],
  [
    '11.3,2011-01-28 20:42:59 UTC,west,40.7,-73.9,40.7,1,9',
    'pickup_longitude "west" is not a number of degrees',
  ],
])('a file with the line %s is refused whole, and the line named', async (line, problem) => {
  const file = await folder.file('malformed.csv', [header, rows[0], line, rows[1]].join('\n'));
  const contents = await contentsOf(database);
  await expect(importInto(database, trips, file)).rejects.toThrow(`malformed.csv, line 3: ${problem}`);
  expect(await contentsOf(database)).toEqual(contents);
});

const realFile = fromRoot('..', 'shared', 'data', 'nyc-taxi-trips-2010s.csv.gz');
const isThere = existsSync(realFile);
if (!isThere)
  process.stderr.write(`Not tested: the import of the real taxi file, which is not at ${realFile}\n`);

test.skipIf(!isThere)(
  'of the real file nearly all trips are kept, and each one that is kept is a ride',
  async () => {
    await withClient(database.adminUrl, (client) => client.query('TRUNCATE rides.rides CASCADE'));
    const { tally } = await importInto(database, trips, realFile, { batchRows: 5_000 });
    expect(tally.rows).toBe(7_333);
    expect(rejectedRows(tally)).toBeGreaterThan(50);
    expect(rejectedRows(tally)).toBeLessThan(100);
    const { rows } = await withClient(database.adminUrl, (client) =>
      client.query('SELECT count(*)::int AS rides FROM rides.rides'),
    );
    expect(rows).toEqual([{ rides: keptRows(tally) }]);
  },
);
