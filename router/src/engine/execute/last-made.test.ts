import { expect, it } from 'vitest';
import { lastMade } from './last-made.ts';

it('makes a value once, nothing among them, and forgets the oldest of too many', () => {
  const kept = lastMade<string | undefined>(2);
  const made: string[] = [];
  const ask = (key: string) =>
    kept(key, () => {
      made.push(key);
      return key === 'nothing' ? undefined : `of ${key}`;
    });
  expect(['a', 'nothing', 'a', 'nothing'].map(ask)).toEqual(['of a', undefined, 'of a', undefined]);
  expect(made).toEqual(['a', 'nothing']);
  expect(['b', 'nothing', 'a', 'b'].map(ask)).toEqual(['of b', undefined, 'of a', 'of b']);
  expect(made).toEqual(['a', 'nothing', 'b', 'a']);
});
