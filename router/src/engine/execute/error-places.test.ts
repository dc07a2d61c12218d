import type { GraphQLFormattedError } from 'graphql';
import { expect, it } from 'vitest';
import { errorPlaces } from './error-places.ts';

const error = (subgraph: string, ...path: (string | number)[]): GraphQLFormattedError => ({
  message: 'no',
  ...(path.length > 0 && { path }),
  extensions: { subgraph },
});

it('finds errors at a place, below it and on the way to it', () => {
  const [list, item, size] = [error('a', 'items'), error('b', 'items', 0), error('c', 'items', 0, 'size')];
  const places = errorPlaces([list, item, size]);
  expect(places.within(['items'])).toBe(list);
  expect(places.within(['items', 0, 'size'])).toBe(size);
  expect(places.within(['items', 1])).toBeUndefined();
  expect(places.below(['items'])).toEqual([item, size]);
  expect(places.below(['items', 0, 'size'])).toEqual([]);
  expect(places.below(['others'])).toEqual([]);
  const around = (...subgraphs: (string | undefined)[]) =>
    subgraphs.map((subgraph) => places.isAround(['items', 0, 'size'], subgraph));
  // Not at the place itself.
  expect(around('a', 'b', 'c', undefined)).toEqual([true, true, false, true]);
  expect(places.isAround(['items'], undefined)).toBe(false);
  places.add(error('d'));
  expect(places.isAround(['items'], 'd')).toBe(true);
});

it('looks at an error once, however often it is asked', () => {
  let looks = 0;
  const watched = Array.from({ length: 1_000 }, () => ({
    message: 'no',
    path: ['items'],
    get extensions() {
      looks++;
      return { subgraph: 'a' };
    },
  }));
  const places = errorPlaces(watched);
  for (let at = 0; at < 1_000; at++) {
    expect(places.isAround(['items', at, 'size'], 'b')).toBe(false);
    expect(places.below(['items', at])).toEqual([]);
  }
  expect(looks).toBe(watched.length);
});

it('knows no more than half a million places', () => {
  const path = Array.from({ length: 499_999 }, () => 0);
  const places = errorPlaces([
    { ...error('a'), path },
    { ...error('b'), path: [...path, 1, 0] },
  ]);
  expect(places.below(path)).toEqual([]);
  expect(places.within(path)).toBeDefined();
  expect(places.isAround([...path, 1], 'b')).toBe(true);
});
