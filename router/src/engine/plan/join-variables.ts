import { type DocumentNode, Kind, type OperationDefinitionNode, visit } from 'graphql';
import type { Variables } from '../engine.ts';

/**
 * Picks the variables that the join of an event can depend on: all but those that only say, in the arguments of the root
 * field, which events there are to be. A root field within a fragment counts as any other field.
 */
export function joinVariables(
  document: DocumentNode,
  operation: OperationDefinitionNode,
): (variables: Variables) => Variables {
  const { selectionSet } = operation;
  const selections = selectionSet.selections.map((selection) =>
    selection.kind === Kind.FIELD ? { ...selection, arguments: [] } : selection,
  );
  const definitions = document.definitions.map((definition) =>
    definition === operation ? { ...operation, selectionSet: { ...selectionSet, selections } } : definition,
  );
  const used = new Set<string>();
  visit(
    { ...document, definitions },
    { VariableDefinition: () => false, Variable: ({ name }) => void used.add(name.value) },
  );
  return (variables) => Object.fromEntries(Object.entries(variables).filter(([name]) => used.has(name)));
}
