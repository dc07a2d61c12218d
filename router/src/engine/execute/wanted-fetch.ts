import type { FetchNode } from '@apollo/query-planner';
import { Kind, parse } from 'graphql';
import { type Condition, someOf } from './conditions.ts';

/**
 * When a fetch brings anything: `@skip` and `@include` may leave none of its fields. What later fetches need of it has no
 * condition. Undefined stands for always.
 */
export function compileWanted({ operation, requires }: FetchNode): Condition | undefined {
  const [definition] = parse(operation, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) return undefined;
  const { selectionSet } = definition;
  if (!requires) return someOf(selectionSet);
  const [entities] = selectionSet.selections;
  return entities?.kind === Kind.FIELD && entities.selectionSet ? someOf(entities.selectionSet) : undefined;
}
