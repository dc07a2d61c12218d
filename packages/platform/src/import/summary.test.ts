import { expect, test } from 'vitest';
import type { ImportOutcome } from './run-import.ts';
import { summary } from './summary.ts';
import { countKept, countRejected, newTally } from './tally.ts';

const tally = newTally();
for (let i = 0; i < 1_200; i += 1) countKept(tally, i < 3 ? ['trimmed', 'guest'] : i < 5 ? ['guest'] : []);
countRejected(tally, 'price 0');

const outcome: ImportOutcome = {
  end: 'done',
  resumedAfter: 0,
  throughLine: 1_202,
  changed: 2_400,
  tally,
  figures: [['orders', 17]],
};

test('rows by what became of them, most frequent reasons first, and how fast', () => {
  expect(summary(outcome, 1_500)).toBe(
    [
      '1,201 rows in the file',
      '       1,200  kept, 5 of them mended:',
      '                 5  guest',
      '                 3  trimmed',
      '           1  rejected:',
      '                 1  price 0',
      'In the file:',
      '          17  orders',
      '2,400 rows of the database are new or changed.',
      '1.5 s, 801 rows/s',
    ].join('\n'),
  );
});

test('a run that went on, one that had nothing to do, and one that was stopped say so', () => {
  expect(summary({ ...outcome, resumedAfter: 800 }, 1_000)).toContain('\nWent on after line 800.\n');
  expect(summary({ ...outcome, end: 'done before', changed: 0 }, 1_000)).toContain(
    'imported before: nothing has changed',
  );
  expect(summary({ ...outcome, end: 'stopped', throughLine: 800 }, 1_000)).toBe(
    'Stopped after line 800; everything up to there is written.\nRun the same command again to go on from there.',
  );
  expect(summary({ ...outcome, end: 'stopped', throughLine: 0 }, 1_000)).toContain(
    'before this run wrote anything',
  );
});
