import { expect, test } from 'vitest';
import { summaryLine } from './summary-reporter.ts';

test('sums over files; skipped ones are mentioned when there are any', () => {
  expect(summaryLine([{ passed: 2, failed: 0, skipped: 0 }], 0)).toBe('2 passed, 0 failed');
  const files = [
    { passed: 2, failed: 1, skipped: 0 },
    { passed: 3, failed: 0, skipped: 4 },
  ];
  expect(summaryLine(files, 0)).toBe('5 passed, 1 failed, 4 skipped');
});

test('an error outside of all tests is a failure', () => {
  expect(summaryLine([{ passed: 1, failed: 0, skipped: 0 }], 2)).toBe('1 passed, 2 failed');
});

test('a run without tests says so', () => {
  expect(summaryLine([], 0)).toBe('0 passed, 0 failed');
});
