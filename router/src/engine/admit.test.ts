import { expect, it } from 'vitest';
import { createAdmission, defaultAdmissionPolicy } from './admission.ts';
import { compileAdmit } from './admit.ts';
import type { Result } from './engine.ts';
import type { Written } from './written.ts';

const context = { headers: {}, correlationId: 'c' };

/** How many of a hundred executions begin at once when forty have answered so. */
async function begunAfter(answer: () => Written | Result): Promise<number> {
  const admission = createAdmission({
    ...defaultAdmissionPolicy,
    answerBytes: 200_000,
    patienceMs: 3_600_000,
  });
  const admit = compileAdmit(admission);
  for (let time = 0; time < 40; time++) await admit(context, async () => answer());
  let begun = 0;
  for (let time = 0; time < 100; time++)
    void admit(context, () => {
      begun++;
      return new Promise<Result>(() => {});
    });
  return begun;
}

it.each<[string, () => Written | Result]>([
  ['texts', () => ({ bytes: Buffer.alloc(100) })],
  ['results', () => ({ data: { text: 'x'.repeat(100) } })],
  ['errors', () => ({ data: null, errors: [{ message: 'no' }] })],
])('small answers meet no limit: %s', async (_what, answer) => {
  expect(await begunAfter(answer)).toBe(100);
});

it('large answers do, and those of which nothing is known', async () => {
  expect(await begunAfter(() => ({ data: { text: 'x'.repeat(90_000) } }))).toBe(2);
  expect(await begunAfter(() => ({ bytes: undefined }))).toBe(3);
});
