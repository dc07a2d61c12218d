import {
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { collectFields, fragmentsOf } from '../execute/collect-fields.ts';

/**
 * Whether a mutation is selected at several places, of which it depends on variables where it counts. Planner 2.14.4 asks
 * for it at each of them then, and it happens as often: `{ pay { id } pay @include(if: $v) { sum } }` pays twice.
 */
export function repeatsMutation(
  document: DocumentNode,
  { operation, selectionSet }: OperationDefinitionNode,
  schema: GraphQLSchema,
): boolean {
  const root = schema.getMutationType();
  if (operation !== OperationTypeNode.MUTATION || !root) return false;
  const { occurrences } = collectFields(root, [{ selectionSet, when: undefined }], {
    schema,
    fragments: fragmentsOf(document),
  });
  return [...occurrences.values()].some((places) => places.length > 1 && places.some(({ when }) => when));
}
