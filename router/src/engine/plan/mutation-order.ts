import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';
import { collectFields, fragmentsOf } from '../execute/collect-fields.ts';
import type { ParsedFetch } from './plan-fetches.ts';

/**
 * Whether a plan carries out each mutation once, in the order in which they are selected. Planner 2.14.4 asks for one that is
 * selected at several places at each of them where one is under a condition, so that `{ pay { id } pay @include(if: $v) { sum } }`
 * pays twice; and it takes the fragments on one type for one, so that in `{ ...A send ...B }` what is in `B` comes first.
 */
export function keepsMutations(
  fetches: readonly ParsedFetch[],
  document: DocumentNode,
  { operation, selectionSet }: OperationDefinitionNode,
  schema: GraphQLSchema,
): boolean {
  const root = schema.getMutationType();
  if (operation !== OperationTypeNode.MUTATION || !root) return true;
  const fragments = fragmentsOf(document);
  const { places, occurrences } = collectFields(root, [{ selectionSet, when: undefined }], {
    schema,
    fragments,
  });
  // Which place is the first depends on variables.
  if (places.length > occurrences.size) return false;
  const selected = places.filter(({ name }) => occurrences.get(name)?.some(({ node }) => isMutation(node)));
  const planned = fetches
    .filter(({ fetch }) => fetch.operationKind === OperationTypeNode.MUTATION)
    .flatMap(({ operation }) => mutationsIn(operation.selectionSet));
  return planned.join() === selected.map(({ name }) => name).join();
}

/** The planner leaves introspection out, and may ask for `__typename` wherever it is. */
const isMutation = ({ name }: FieldNode): boolean => !name.value.startsWith('__');

const mutationsIn = ({ selections }: SelectionSetNode): string[] =>
  selections.flatMap((selection) => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
    if (selection.kind === Kind.INLINE_FRAGMENT) return mutationsIn(selection.selectionSet);
    return isMutation(selection) ? [(selection.alias ?? selection.name).value] : [];
  });
