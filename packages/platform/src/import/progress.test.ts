import { expect, test } from 'vitest';
import { createProgress } from './progress.ts';

function watched(isTTY: boolean) {
  let text = '';
  let time = 0;
  const out = { write: (more: string) => (text += more), isTTY, columns: 80 };
  return { progress: createProgress(out, () => time), pass: (ms: number) => (time += ms), text: () => text };
}

test('a terminal gets one line that is drawn over', () => {
  const { progress, pass, text } = watched(true);
  progress.start('Writing', 200, 'rows');
  pass(200);
  progress.reach(100);
  progress.reach(101);
  progress.end();
  expect(text()).toBe(
    [
      '\r\u001B[KWriting  ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 0 % of 200 rows',
      '\r\u001B[KWriting  ██████████████████░░░░░░░░░░░░░░░░░ 50 % of 200 rows',
      '\r\u001B[KWriting  ██████████████████░░░░░░░░░░░░░░░░░ 50 % of 200 rows\n',
    ].join(''),
  );
});

test('elsewhere there is a plain line every few seconds', () => {
  const { progress, pass, text } = watched(false);
  progress.start('Checking', 1_000, 'bytes');
  for (let done = 100; done <= 600; done += 100) {
    pass(1_000);
    progress.reach(done);
  }
  progress.end();
  expect(text()).toBe(
    'Checking: 0 % of 1,000 bytes\nChecking: 30 % of 1,000 bytes\nChecking: 60 % of 1,000 bytes\n',
  );
});
