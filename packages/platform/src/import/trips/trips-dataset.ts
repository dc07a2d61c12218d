import type { CsvRow } from '../csv-file.ts';
import type { Dataset, Placed } from '../dataset.ts';
import { newTripsSurvey, surveyTrip, type TripsSurvey } from './survey.ts';
import { parseTripRow, type TripRow, tripColumns } from './trip-row.ts';
import { writeCrew } from './write-crew.ts';
import { writeRides } from './write-rides.ts';

type Column = (typeof tripColumns)[number];
type PlacedTrip = TripRow & Placed;

/** Trips of yellow cabs as the TLC publishes them. Drivers and riders are invented, the same ones in every run. */
export const trips: Dataset<Column, PlacedTrip, TripsSurvey> = {
  name: 'trips.1',
  columns: tripColumns,
  items: placed,
  newSurvey: newTripsSurvey,
  survey: surveyTrip,
  tally: ({ tally }) => tally,
  writeParents: writeCrew,
  writeBatch: writeRides,
  figures: ({ drivers, riders }) => [
    ['drivers', drivers.size],
    ['riders', riders.size],
  ],
};

async function* placed(rows: AsyncIterable<CsvRow<Column>>): AsyncGenerator<PlacedTrip> {
  for await (const row of rows) {
    const trip = parseTripRow(row);
    yield { ...trip, firstLine: trip.line, lastLine: trip.line };
  }
}
