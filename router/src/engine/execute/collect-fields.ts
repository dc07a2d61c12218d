import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { both, type Condition, conditionOf, never } from './conditions.ts';

/** A selection set that is selected when its condition holds. */
export type Selected = { selectionSet: SelectionSetNode; when: Condition | undefined };

/** One place in the operation that selects a field. */
export type Occurrence = { node: FieldNode; when: Condition | undefined };

export type Fields = {
  /** All occurrences by response name. */
  occurrences: Map<string, Occurrence[]>;
  /**
   * Where each response name can make its first appearance, in the order of the document: which of the places it
   * is depends on the variables. A name is selected at the first of its places whose condition holds.
   */
  places: { name: string; when: Condition | undefined; first: boolean }[];
  /** For an interface: the conditions of fields in fragments on some of its types, which may apply or not. */
  undecided: (Condition | undefined)[];
};

export const fragmentsOf = (document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> =>
  new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );

/**
 * CollectFields of the specification (section 6.3.2) with conditions left open, so that it is done once for all
 * variables. An interface as `type` stands for an object whose own type could not be settled.
 */
export function collectFields(
  type: GraphQLObjectType | GraphQLInterfaceType,
  selected: readonly Selected[],
  { schema, fragments }: { schema: GraphQLSchema; fragments: ReadonlyMap<string, FragmentDefinitionNode> },
): Fields {
  const fields: Fields = { occurrences: new Map(), places: [], undecided: [] };
  const settled = new Set<string>();
  for (const { selectionSet, when } of selected) collect(selectionSet, when, true);
  return fields;

  function collect({ selections }: SelectionSetNode, outer: Condition | undefined, isDecided: boolean): void {
    for (const selection of selections) {
      const own = conditionOf(selection);
      if (own === never) continue;
      const when = both(outer, own);
      if (selection.kind === Kind.FIELD) {
        if (isDecided) add(selection, when);
        else fields.undecided.push(when);
        continue;
      }
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
      if (!fragment) continue;
      if (applies(fragment.typeCondition?.name.value)) collect(fragment.selectionSet, when, isDecided);
      else if (isInterfaceType(type)) collect(fragment.selectionSet, when, false);
    }
  }

  function add(node: FieldNode, when: Condition | undefined): void {
    const name = (node.alias ?? node.name).value;
    const known = fields.occurrences.get(name);
    if (!settled.has(name)) fields.places.push({ name, when, first: !known });
    if (!when) settled.add(name);
    if (known) known.push({ node, when });
    else fields.occurrences.set(name, [{ node, when }]);
  }

  function applies(condition: string | undefined): boolean {
    if (condition === undefined || condition === type.name) return true;
    const wanted = schema.getType(condition);
    return isAbstractType(wanted) && schema.isSubType(wanted, type);
  }
}
