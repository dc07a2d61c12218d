import { type DocumentNode, type FieldNode, Kind, type SelectionNode, visit } from 'graphql';

/** What can be selected of anything. */
export const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

const isCondition = ({ name: { value } }: { name: { value: string } }) =>
  value === 'skip' || value === 'include';

const isCertain = ({ kind, directives = [] }: SelectionNode) =>
  kind === Kind.FIELD && !directives.some(isCondition);

/**
 * Adds `__typename` wherever conditions may leave nothing of what is selected of an object: the answer is an empty
 * object then. Planner 2.14.4 leaves the field out when it sees that, as in `a @include(if: $v) { b @skip(if: $v) }`.
 */
export function keepEmptySelections(document: DocumentNode): DocumentNode {
  let conditional = false;
  visit(document, {
    Directive(node) {
      conditional ||= isCondition(node);
    },
  });
  if (!conditional) return document;
  return visit(document, {
    Field: {
      leave(node): FieldNode | undefined {
        const { selectionSet } = node;
        if (!selectionSet || selectionSet.selections.some(isCertain)) return undefined;
        return {
          ...node,
          selectionSet: { ...selectionSet, selections: [...selectionSet.selections, typename] },
        };
      },
    },
  });
}
