/** Counts what became of the rows of a file, by reason. */
export type Tally = {
  rows: number;
  rejected: Map<string, number>;
  /** A row that was mended in two ways counts under both. */
  mended: Map<string, number>;
  mendedRows: number;
};

export const newTally = (): Tally => ({ rows: 0, rejected: new Map(), mended: new Map(), mendedRows: 0 });

export function countRejected(tally: Tally, reason: string): void {
  tally.rows += 1;
  increment(tally.rejected, reason);
}

export function countKept(tally: Tally, mends: readonly string[]): void {
  tally.rows += 1;
  if (mends.length > 0) tally.mendedRows += 1;
  for (const mend of mends) increment(tally.mended, mend);
}

export const rejectedRows = ({ rejected }: Tally): number =>
  rejected.values().reduce((sum, count) => sum + count, 0);
export const keptRows = (tally: Tally): number => tally.rows - rejectedRows(tally);

export function increment<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
