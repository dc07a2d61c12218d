import { hash } from 'node:crypto';
import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import { type FieldNode, Kind, print, type SelectionSetNode } from 'graphql';

/**
 * Names that plans by levels have for themselves, so that nothing that a client calls its fields gets in their way: for
 * inputs, each pair of a field and arguments has one; for a field that is of another type for each type of its objects.
 */
const inputName = /^__in[0-9a-f]*_/;
export const isOwnName = (responseName: string): boolean => /^__(in[0-9a-f]*|of)_/.test(responseName);

/** The name that a subgraph knows an input by. */
export const realInputName = (responseName: string): string => responseName.replace(inputName, '');

const nameOf = ({ name, arguments: args = [] }: FieldNode): string => {
  const text = args.map(print).sort().join(',');
  return `__in${text === '' ? '' : hash('sha256', text).slice(0, 12)}_${name.value}`;
};

/** A key or a `@requires` as it is asked for: each field under its name as an input. */
export const asAsked = (set: SelectionSetNode): SelectionSetNode =>
  mapFields(set, (field, value) => ({ ...field, alias: { kind: Kind.NAME, value } }));

/** The same as it stands in the data: the names of inputs are those of the fields. */
export const asHeld = (set: SelectionSetNode): SelectionSetNode =>
  mapFields(set, (field, value) => ({ ...field, name: { kind: Kind.NAME, value }, arguments: [] }));

function mapFields(
  { selections, ...set }: SelectionSetNode,
  rename: (field: FieldNode, name: string) => FieldNode,
): SelectionSetNode {
  return {
    ...set,
    selections: selections.map((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return selection;
      if (selection.kind === Kind.INLINE_FRAGMENT)
        return { ...selection, selectionSet: mapFields(selection.selectionSet, rename) };
      const { selectionSet } = selection;
      const isTypename = selection.name.value === '__typename';
      const renamed = isTypename ? selection : rename(selection, nameOf(selection));
      return { ...renamed, ...(selectionSet && { selectionSet: mapFields(selectionSet, rename) }) };
    }),
  };
}

/** Which fields of a set are given arguments: what two sets must agree in to go into one representation. */
export function argumentsIn({ selections }: SelectionSetNode): string[] {
  return selections.flatMap((selection) => {
    const inner =
      'selectionSet' in selection && selection.selectionSet ? argumentsIn(selection.selectionSet) : [];
    return selection.kind === Kind.FIELD && selection.arguments?.length
      ? [nameOf(selection), ...inner]
      : inner;
  });
}

/** What of an object goes into its representation. Subgraphs are told of which type the objects within it are. */
export function representation({ selections }: SelectionSetNode): QueryPlanSelectionNode[] {
  return selections.flatMap((selection): QueryPlanSelectionNode[] => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const typeCondition = selection.typeCondition?.name.value;
      const inner = representation(selection.selectionSet);
      return typeCondition === undefined
        ? inner
        : [{ kind: 'InlineFragment', typeCondition, selections: inner }];
    }
    const { name, selectionSet } = selection;
    const field = { kind: 'Field' as const, name: name.value };
    if (!selectionSet) return [field];
    return [{ ...field, selections: [typename, ...representation(selectionSet)] }];
  });
}

export const typename: QueryPlanSelectionNode = { kind: 'Field', name: '__typename' };
