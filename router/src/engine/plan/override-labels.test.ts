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
  const options = { labels: ['a', 'b'], isOverridden: (label: string) => on.has(label) };
  const planFor = byOverrides(options, { text: 'none' }, (overrides) => {
    const text = [...overrides].map(String).join(' ');
    made.push(text);
    return { text };
  });
  expect(planFor()).toEqual({ text: 'none' });
  on.add('b');
  expect(planFor()).toEqual({ text: 'a,false b,true' });
  expect(planFor()).toBe(planFor());
  on.clear();
  expect(planFor()).toEqual({ text: 'none' });
  expect(made).toEqual(['a,false b,true']);
});

it('a plan that could not be made is tried again', () => {
  const errors = [{ message: 'too slow' }];
  let tries = 0;
  const planFor = byOverrides({ labels: ['a'], isOverridden: () => true }, { tries: 0 }, () =>
    tries++ === 0 ? { errors } : { tries },
  );
  expect([planFor(), planFor(), planFor()]).toEqual([{ errors }, { tries: 2 }, { tries: 2 }]);
});
