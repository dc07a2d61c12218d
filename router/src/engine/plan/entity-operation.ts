import { type DocumentNode, Kind, type SelectionNode, type SelectionSetNode, visit } from 'graphql';
import { both, type Condition, conditionOf } from '../execute/conditions.ts';

/** A field that a fetch selects of an entity itself, not of what is below it. */
export type EntityField = {
  type: string;
  field: string;
  responseName: string;
  when: Condition | undefined;
};

/** Tells the fields of one fetch apart. */
export const entityFieldKey = ({ type, responseName }: Pick<EntityField, 'type' | 'responseName'>): string =>
  `${type}.${responseName}`;

/** Leaves of an `_entities` operation only those fields of entities that are wanted, with what these need. */
export const filterEntityFields = (
  document: DocumentNode,
  isWanted: (field: EntityField) => boolean,
): DocumentNode => withoutUnusedVariables(filterFields(document, isWanted));

function filterFields(document: DocumentNode, isWanted: (field: EntityField) => boolean): DocumentNode {
  const filter = (set: SelectionSetNode, type: string, around?: Condition): SelectionSetNode => ({
    ...set,
    selections: set.selections.flatMap((selection): SelectionNode[] => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return [selection];
      const when = both(around, conditionOf(selection));
      if (selection.kind === Kind.FIELD) {
        const { name, alias = name } = selection;
        return isWanted({ type, field: name.value, responseName: alias.value, when }) ? [selection] : [];
      }
      const selectionSet = filter(selection.selectionSet, selection.typeCondition?.name.value ?? type, when);
      return selectionSet.selections.length > 0 ? [{ ...selection, selectionSet }] : [];
    }),
  });
  return visit(document, {
    Field: (node) =>
      node.name.value === '_entities' && node.selectionSet
        ? { ...node, selectionSet: filter(node.selectionSet, '') }
        : false,
  });
}

export function entityFields(document: DocumentNode): EntityField[] {
  const fields: EntityField[] = [];
  filterFields(document, (field) => fields.push(field) > 0);
  return fields;
}

function withoutUnusedVariables(document: DocumentNode): DocumentNode {
  const used = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    Variable(node) {
      used.add(node.name.value);
    },
  });
  return visit(document, {
    VariableDefinition: (node) => (used.has(node.variable.name.value) ? false : null),
  });
}
