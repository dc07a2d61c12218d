import type { FetchNode } from '@apollo/query-planner';
import { OperationTypeNode, parse } from 'graphql';
import { expect, it } from 'vitest';
import { askedBy } from '../plan/asked-fields.ts';
import { giverOf } from './giver.ts';
import { typeNames } from './type-names.ts';

const fetch = (serviceName: string, operation: string, isOfEntities: boolean): FetchNode => ({
  kind: 'Fetch',
  serviceName,
  operation,
  operationKind: OperationTypeNode.QUERY,
  operationName: undefined,
  ...(isOfEntities && { requires: [] }),
});

const first = fetch('first', '{ item { id } }', false);
const second = fetch('second', '{ _entities { ... on Item { id name } } }', true);
const third = fetch('third', '{ _entities { ... on Item { size } } }', true);
const asked = [
  ...askedBy(first),
  { name: 'item', on: [], fetch: undefined, below: [...askedBy(second), ...askedBy(third)] },
];
const types = typeNames(parse('type Query { item: Item } type Item { id: ID }'));
const giver = (field: string, before?: FetchNode) =>
  giverOf(asked, ['item', field], { item: { __typename: 'Item' } }, types, before);

it('is who is asked last', () => {
  expect(giver('id')).toBe('second');
  expect(giver('size')).toBe('third');
  expect(giver('other')).toBeUndefined();
});

it('is who is asked before a fetch that needs the value and asks for it again', () => {
  expect(giver('id', second)).toBe('first');
  expect(giver('id', third)).toBe('second');
});
