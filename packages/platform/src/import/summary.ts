import type { ImportOutcome } from './run-import.ts';
import { keptRows, rejectedRows } from './tally.ts';

/** What an import did, for a person; `ms` is how long it took. */
export function summary(
  { end, resumedAfter, throughLine, changed, tally, figures }: ImportOutcome,
  ms: number,
): string {
  const number = (value: number) => value.toLocaleString('en');
  const list = (counts: Iterable<readonly [string, number]>) =>
    [...counts]
      .sort(([, a], [, b]) => b - a)
      .map(([label, count]) => `${number(count).padStart(12)}  ${label}`);
  const seconds = ms / 1000;

  if (end === 'stopped')
    return [
      throughLine > 0
        ? `Stopped after line ${number(throughLine)}; everything up to there is written.`
        : 'Stopped before this run wrote anything.',
      'Run the same command again to go on from there.',
    ].join('\n');

  return [
    `${number(tally.rows)} rows in the file`,
    `${number(keptRows(tally)).padStart(12)}  kept, ${number(tally.mendedRows)} of them mended:`,
    ...list(tally.mended).map((line) => `      ${line}`),
    `${number(rejectedRows(tally)).padStart(12)}  rejected:`,
    ...list(tally.rejected).map((line) => `      ${line}`),
    'In the file:',
    ...figures.map(([label, count]) => `${number(count).padStart(12)}  ${label}`),
    ...(resumedAfter > 0 && end === 'done' ? [`Went on after line ${number(resumedAfter)}.`] : []),
    end === 'done before'
      ? 'This file was imported before: nothing has changed.'
      : `${number(changed)} rows of the database are new or changed.`,
    `${seconds.toFixed(1)} s, ${number(Math.round(tally.rows / seconds))} rows/s`,
  ].join('\n');
}
