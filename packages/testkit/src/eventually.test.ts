import { expect, test } from 'vitest';
import { eventually } from './eventually.ts';

test('gives what the condition gives once it is true', async () => {
  let asked = 0;
  expect(await eventually(() => ++asked === 3 && 'third', { every: 0 })).toBe('third');
  expect(asked).toBe(3);
});

test('zero and the empty text are something', async () => {
  expect(await eventually(() => 0)).toBe(0);
  expect(await eventually(async () => '')).toBe('');
});

test('an assertion that does not hold yet is tried again', async () => {
  let asked = 0;
  await eventually(() => expect(++asked).toBe(2), { every: 0 });
  expect(asked).toBe(2);
});

test('at the end of patience the last error is told, or the last answer', async () => {
  const patience = { within: 0 };
  await expect(eventually(() => Promise.reject(new Error('still broken')), patience)).rejects.toThrow(
    'still broken',
  );
  await expect(eventually(() => null, patience)).rejects.toThrow('it last gave null');
});
