import { getOperationAST, parse } from 'graphql';
import { expect, it } from 'vitest';
import { joinVariables } from './join-variables.ts';

it.each([
  ['subscription ($a: ID, $b: Int) { root: changed(id: $a, first: { of: $b }) { price } }', []],
  ['subscription ($a: ID, $b: Int) { changed(id: $a) { price(of: $b) } }', ['b']],
  ['subscription ($a: ID, $b: Int) { changed(id: $a) { price(of: $a) @include(if: $b) } }', ['a', 'b']],
  ['subscription ($a: ID, $b: Int) { changed(id: $a) @seen(by: $b) { price } }', ['b']],
  ['subscription ($a: ID, $b: Int) { changed(id: $a) { ...F } } fragment F on T { price(of: $b) }', ['b']],
  ['subscription ($a: ID, $b: Int) { ...F } fragment F on Subscription { changed(id: $a) { price } }', ['a']],
])('of %s a join depends on %j', (text, names) => {
  const document = parse(text);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('no operation');
  const depends = joinVariables(document, operation);
  expect(depends({ a: 1, b: 2 })).toEqual(
    Object.fromEntries(Object.entries({ a: 1, b: 2 }).filter(([name]) => names.includes(name))),
  );
});
