import type { Point } from '@meridian/rides/geo/distance.rules';
import type { CsvRow } from '../csv-file.ts';
import { decimalNumber, nearestMinorUnits, utcInstant, wholeNumber } from '../fields.rules.ts';

export const tripColumns = [
  'fare_amount',
  'pickup_datetime',
  'pickup_longitude',
  'pickup_latitude',
  'dropoff_longitude',
  'dropoff_latitude',
  'passenger_count',
  'key',
] as const;
type Column = (typeof tripColumns)[number];

/** One trip as the meter wrote it, read but not yet judged. */
export type TripRow = {
  line: number;
  /** What the file calls it; a running number. */
  key: string;
  pickedUpAt: Date;
  /** In cents; `rounded` where the file has more than two decimals, which come from floats. */
  fare: { minor: bigint; rounded: boolean };
  pickup: Point;
  dropoff: Point;
  passengers: number;
};

/** @throws MalformedFile for a field that cannot be read */
export function parseTripRow({ line, values, fail }: CsvRow<Column>): TripRow {
  const read = <Value>(column: Column, parse: (text: string) => Value | null, expected: string): Value => {
    const value = parse(values[column].trim());
    if (value === null) throw fail(`${column} ${JSON.stringify(values[column])} is not ${expected}`);
    return value;
  };
  const degrees = (column: Column) => read(column, decimalNumber, 'a number of degrees such as -73.987443');
  return {
    line,
    key: read('key', (text) => text.match(/^[\w.:-]{1,64}$/)?.[0] ?? null, 'a key such as 4711'),
    pickedUpAt: read('pickup_datetime', utcInstant, 'a date and time such as 2011-01-28 20:42:59 UTC'),
    fare: read('fare_amount', (text) => nearestMinorUnits(text, 2), 'an amount such as 11.3'),
    pickup: { latitude: degrees('pickup_latitude'), longitude: degrees('pickup_longitude') },
    dropoff: { latitude: degrees('dropoff_latitude'), longitude: degrees('dropoff_longitude') },
    passengers: read('passenger_count', wholeNumber, 'a whole number'),
  };
}
