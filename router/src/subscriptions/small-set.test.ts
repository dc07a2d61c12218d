import { expect, it } from 'vitest';
import { SmallSet } from './small-set.ts';

const [one, two, three] = [{ n: 1 }, { n: 2 }, { n: 3 }];

it('has what was added and not deleted, each once, in order', () => {
  const set = new SmallSet<object>();
  const members = () => [...set];
  expect([members(), set.size]).toEqual([[], 0]);
  for (const member of [one, one]) set.add(member);
  expect([members(), set.size]).toEqual([[one], 1]);
  for (const member of [two, one, three]) set.add(member);
  expect([members(), set.size]).toEqual([[one, two, three], 3]);
  for (const member of [one, one]) set.delete(member);
  expect([members(), set.size]).toEqual([[two, three], 2]);
  for (const member of [two, three]) set.delete(member);
  set.add(one);
  expect([members(), set.size]).toEqual([[one], 1]);
  set.delete(two);
  set.delete(one);
  expect([members(), set.size]).toEqual([[], 0]);
});

it('may lose members while it is gone through', () => {
  for (const all of [[one], [one, two, three]]) {
    const set = new SmallSet<object>();
    for (const member of all) set.add(member);
    const seen = [];
    for (const member of set) {
      seen.push(member);
      set.delete(member);
    }
    expect([seen, set.size]).toEqual([all, 0]);
  }
});
