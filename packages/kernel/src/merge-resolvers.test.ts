import { expect, test } from 'vitest';
import { mergeResolvers } from './merge-resolvers.ts';

const field = () => 1;

test('fields of one type may come from several features', () => {
  expect(mergeResolvers({ Query: { a: field } }, { Query: { b: field }, A: { c: field } })).toEqual({
    Query: { a: field, b: field },
    A: { c: field },
  });
});

test('a field that two features resolve is a mistake', () => {
  expect(() => mergeResolvers({ Query: { a: field } }, { Query: { a: field } })).toThrow(
    'Query.a has two resolvers',
  );
});
