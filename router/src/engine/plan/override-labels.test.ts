import { expect, it } from 'vitest';
import { byOverrides, drawPercent } from './override-labels.ts';

it('percent(n) is drawn, any other label is off', () => {
  const draw = (random: number) => drawPercent(() => random);
  expect(draw(0.2)('percent(25)')).toBe(true);
  expect(draw(0.25)('percent(25)')).toBe(false);
  expect(draw(0.004)('percent(0.5)')).toBe(true);
  expect(draw(0)('percent(0)')).toBe(false);
  expect(draw(0)('beta')).toBe(false);
  expect(draw(0)('my percent(99)')).toBe(false);
});

it('a plan is made once for each combination that is drawn', () => {
  const on = new Set<string>();
  const made: string[] = [];
  const planFor = byOverrides({ labels: ['a', 'b'], isOverridden: (label) => on.has(label) }, (overrides) => {
    const text = [...overrides].map(String).join(' ');
    made.push(text);
    return { text };
  });
  expect(made).toEqual(['a,false b,false']);
  on.add('b');
  expect(planFor().text).toBe('a,false b,true');
  expect(planFor()).toBe(planFor());
  on.clear();
  expect(planFor().text).toBe('a,false b,false');
  expect(made).toHaveLength(2);
});
