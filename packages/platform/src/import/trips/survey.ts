import { countKept, countRejected, newTally, type Tally } from '../tally.ts';
import { peopleOf } from './crew.rules.ts';
import { judgeTrip } from './judge-trip.rules.ts';
import type { TripRow } from './trip-row.ts';

/** What must be known of the whole file before its first ride is written. */
export type TripsSurvey = {
  tally: Tally;
  drivers: Set<number>;
  riders: Set<number>;
  /** The first trip. */
  since: Date;
};

export const newTripsSurvey = (): TripsSurvey => ({
  tally: newTally(),
  drivers: new Set(),
  riders: new Set(),
  since: new Date(8.64e15),
});

export function surveyTrip(survey: TripsSurvey, row: TripRow): void {
  const verdict = judgeTrip(row);
  if ('rejected' in verdict) {
    countRejected(survey.tally, verdict.rejected);
    return;
  }
  countKept(survey.tally, verdict.mends);
  const { driver, rider } = peopleOf(verdict.kept);
  survey.drivers.add(driver);
  survey.riders.add(rider);
  if (row.pickedUpAt < survey.since) survey.since = row.pickedUpAt;
}
