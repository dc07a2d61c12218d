import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRetryBudget } from './retry-budget.ts';

it('never allows more than its reserve and its share of the calls, in whatever order', () => {
  fc.assert(
    fc.property(
      fc.array(fc.boolean(), { maxLength: 500 }),
      fc.integer({ min: 0, max: 20 }),
      fc.integer({ min: 0, max: 10 }),
      (steps, reserve, tenths) => {
        const share = tenths / 10;
        const budget = createRetryBudget({ share, reserve });
        let calls = 0;
        let retries = 0;
        for (const isCall of steps) {
          if (isCall) {
            budget.earn();
            calls++;
          } else if (budget.spend()) retries++;
          expect(retries).toBeLessThanOrEqual(reserve + share * calls + 1e-9);
        }
      },
    ),
  );
});

it('allows the reserve at once, and more only as calls come', () => {
  const budget = createRetryBudget({ share: 0.5, reserve: 2 });
  expect([budget.spend(), budget.spend(), budget.spend()]).toEqual([true, true, false]);
  budget.earn();
  expect(budget.spend()).toBe(false);
  budget.earn();
  expect([budget.spend(), budget.spend()]).toEqual([true, false]);
});
